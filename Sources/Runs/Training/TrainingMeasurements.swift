import Examples
import Foundation
import HeadActivation
import Records
import Training
import Transformers

extension TrainingRun {
    /// Measures the heads of the model as it is now.
    func measure(checkpoint: String) async throws {
        guard !probed.isEmpty else { return }
        var provenance = provenance
        if checkpoint != "base" {
            provenance.adapter =
                "\(folder)/\(checkpoint == "final" ? checkpoint : "checkpoints/\(checkpoint)")"
            provenance.adapterSHA256 = nil  // what is measured is not on the disk yet
        }
        let (model, probed, task, computing) = (trainer.model, probed, task, plan.computing)
        let measurement = try await unlessInterrupted { [provenance, observer] in
            switch probed {
            case .examples(let examples):
                try await measureHeads(
                    of: model, on: examples, task: task, checkpoint: checkpoint, computing, observer,
                    from: provenance)
            case .pairs(let pairs):
                try await measurePairs(
                    of: model, on: pairs, task: task, checkpoint: checkpoint, computing, observer,
                    from: provenance)
            }
        }
        try patterns.write(measurement, replacing: true)
    }

    /// Looks at the model while nothing changes it; where a stop is asked for meanwhile, the training that is not on the
    /// disk yet is brought there.
    func unlessInterrupted<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let found = await unlessStopped(observer.isStopped) { () async -> Result<Value, any Error> in
            do { return .success(try await work()) } catch { return .failure(error) }
        }
        if let found { return try found.get() }
        if trainer.step > 0 {
            let log = try MetricsLog.lines(at: "\(folder)/metrics.jsonl").filter { $0.step <= trainer.step }
            try checkpoint(log)
        }
        throw Interrupted(run: folder, step: trainer.step)
    }

    /// How the model does on the held-out examples as it is now; said, and nil where there are none.
    func evaluation(step: Int) async throws -> HeldOutLine? {
        let (evaluated, model, open, plan) = (evaluated, trainer.model, open, plan)
        let line = try await unlessInterrupted {
            await evaluated.evaluated(
                model, open, step: step, maxTokens: plan.evaluation.tokens, plan.computing)
        }
        if let line { observer.remark(line.text) }
        return line
    }
}
