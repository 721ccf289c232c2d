import Examples
import Foundation
import GradAttrib
import HeadActivation
import Kernels
import ModelFiles
import Records
import Statistics
import Training
import Transformers

extension TrainingRun {
    /// Takes the remaining steps, and writes their results.
    ///
    /// - Throws: ``Interrupted`` where the observer asks for a stop, after a checkpoint.
    @discardableResult
    public mutating func run() async throws -> TrainingOutcome {
        try await Arithmetic.$current.withValue(plan.computing.arithmetic) { try await takeSteps() }
    }

    private mutating func takeSteps() async throws -> TrainingOutcome {
        guard !FileManager.default.fileExists(atPath: "\(folder)/final") else {
            throw CannotCreate(
                path: "\(folder)/final", reason: "this run is complete; begin another in another folder.")
        }
        let log = try MetricsLog(path: "\(folder)/metrics.jsonl", keepingThrough: trainer.step)
        let maps = HeadImages(task: telemetryTask, steps: steps, every: plan.probe.every)
        let events = try EventsFile(folder: folder, after: log.kept) { maps.images(of: $0, in: telemetry) }
        var lines = log.kept
        var watch = try EvaluationLog(path: "\(folder)/evaluations.jsonl", keepingThrough: trainer.step)
        observer.willLook(true)
        defer { observer.willLook(false) }
        try await setReference()
        try await setLanguages()
        defer { removeStreams() }
        try await openGuard()
        if trainer.step == 0 {
            _ = try await followBehaviour()
            try await measure(checkpoint: "base")
            try watch.add(try await evaluation(step: 0))
        }
        let progress = observer.training(steps, trainer.step)
        let (probeSteps, started) = (Set(plan.probe.steps), Date())
        var isWorse = false
        while trainer.step < steps && !isWorse {
            let begin = Date()
            let report = try await step(lines, log)
            let seconds = Date().timeIntervalSince(begin)
            var line = MetricsLine(
                step: report.step, loss: report.loss, gradNorm: report.gradientNorm,
                learningRate: plan.learningRate * schedule.factor(step: report.step),
                tokens: report.tokens, seconds: seconds, supervisedTokens: report.supervisedTokens,
                figures: report.figures)
            if plan.evaluation.every > 0, report.step % plan.evaluation.every == 0 || report.step == steps {
                let found = try await evaluation(step: report.step)
                try watch.add(found)
                line.evaluation = found?.numbers ?? [:]
                isWorse = hasRisen(found, since: watch.lines.first)
            }
            if plan.probe.every > 0, report.step % plan.probe.every == 0 {
                line.evaluation.merge(try await followBehaviour()) { $1 }
            }
            collect(report)
            try log.append(line)
            try events.append(line, images: maps.images(of: report.step, in: telemetry))
            lines.append(line)
            progress.advance(line)
            showTelemetry()
            warnOfWeightsWithoutGradient(report)
            if probeSteps.contains(report.step) { try await measure(checkpoint: label(report.step)) }
            let isDue = plan.checkpointEvery > 0 && report.step % plan.checkpointEvery == 0
            if trainer.step < steps, isDue || observer.isStopped() {
                try log.synchronize()
                try checkpoint(lines)
            }
            if trainer.step < steps, observer.isStopped(), !isWorse {
                throw Interrupted(run: folder, step: trainer.step)
            }
        }
        progress.finish(Date().timeIntervalSince(started))
        if plan.evaluation.every == 0 { try watch.add(try await evaluation(step: steps)) }
        try await measure(checkpoint: "final")
        try log.synchronize()
        let outcome = try end(lines, watch.lines)
        try observer.trained(outcome)
        return outcome
    }

    /// Early stopping: whether the held-out loss has risen so much that training ends; prints it.
    private func hasRisen(_ found: HeldOutLine?, since first: HeldOutLine?) -> Bool {
        guard let limit = plan.evaluation.stop, let found, let first, found.loss - first.loss > limit else {
            return false
        }
        observer.warn(
            "stopped after step \(found.step) of \(steps): the held-out loss has risen by "
                + String(format: "%.4f nats, more than %g.", found.loss - first.loss, limit))
        return true
    }

    private mutating func step(_ lines: [MetricsLine], _ log: MetricsLog) async throws -> StepReport {
        let isProbed = plan.probe.every > 0 && (trainer.step + 1) % plan.probe.every == 0
        let model = open.decoder
        let gating: @Sendable (Batch) -> StepProbe = { batch in
            let gates = HeadGates(of: model, on: batch)
            return StepProbe(tap: gates.tap(), targets: gates.layers)
        }
        do throws(TrainingError) {
            return try await trainer.takeStep(
                unless: observer.isStopped, probing: isProbed ? gating : nil)
        } catch .stopped {
            if trainer.step > 0 {
                try log.synchronize()
                try checkpoint(lines)
            }
            throw Interrupted(run: folder, step: trainer.step)
        } catch {
            if trainer.step > 0 { try checkpoint(lines) }
            throw StoppedTraining(error, opened, run: folder, step: trainer.step)
        }
    }

    /// Adds a step's head scores to the telemetry, rescaled from the step's loss to each example's mean loss, or each pair's
    /// loss; the two sides of a pair are rows of their own.
    private mutating func collect(_ report: StepReport) {
        let loss = Dictionary(uniqueKeysWithValues: zip(report.examples, report.losses))
        for pack in report.probed {
            let scores = HeadArray(HeadGates.scores(pack.gradients), trainer.model.grid)
            var row = 0
            for item in pack.examples {
                let factor = Float(report.size) / Float(trainer.objective.sizes[item])
                for name in opened.items[item].names {
                    telemetry.add(
                        step: report.step, id: name, loss: loss[item] ?? .nan,
                        signed: scores[example: row].map { $0 * factor })
                    row += 1
                }
            }
        }
    }

    /// LoRA's A has no gradient while B is zero: in the first step, and in the second too if warm-up starts
    /// at a rate of 0. So weights without gradient are reported after three steps.
    private func warnOfWeightsWithoutGradient(_ report: StepReport) {
        guard report.step == 3, !report.withoutGradient.isEmpty else { return }
        let names = report.withoutGradient
        observer.warn(
            "warning: \(names.count) of \(record.counts.trainedWeights) weights had no gradient in "
                + "\(report.step) steps: \(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? ", …" : "")."
        )
    }
}
