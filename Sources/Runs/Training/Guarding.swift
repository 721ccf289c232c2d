import HeadActivation
import ModuleRobustness
import Training
import Transformers

extension TrainingRun {
    /// Opens the prompts of the guard, and fits its classifier to the model as the run started.
    mutating func openGuard() async throws {
        guard let wanted = plan.guarded else { return }
        let computing = plan.computing
        var reading = plan.reading
        reading.limit = nil
        let prompts = try reading.behaviour(
            of: wanted.data, open, computing, observer, asChat: wanted.asChat)
        let openings = try openings(named: wanted.openings)
        let (model, tokens) = (open.decoder, open.tokens(of: openings, observer))
        behaviour = try await unlessInterrupted {
            try await BehaviourGuard(
                of: model, on: prompts, openings: tokens, packTokens: computing.packTokens,
                workers: computing.workers)
        }
        if telemetry.drift == nil { telemetry.drift = Drift(modules: model.projections.map(\.path)) }
        observer.remark(
            "\(wanted.data): guarded by \(prompts.count) prompts after every \(plan.probe.every == 1 ? "step" : "\(plan.probe.every) steps")"
        )
    }

    /// Looks at the behaviour as it is now, and keeps what is seen; its numbers are those of the step's metrics.
    mutating func followBehaviour() async throws -> [String: Double] {
        guard let behaviour else { return [:] }
        let (model, workers) = (trainer.model, plan.computing.workers)
        let (seen, moved) = try await unlessInterrupted {
            (await behaviour.outcome(of: model, workers: workers), behaviour.changes(of: model))
        }
        let modules = telemetry.drift?.modules ?? []
        telemetry.drift?.add(
            step: trainer.step,
            Drift.Figures(
                accuracy: Float(seen.accuracy), logit: Float(seen.logit),
                retrainedAccuracy: Float(seen.retrainedAccuracy), cosine: Float(seen.cosine),
                margin: Float(seen.margin ?? .nan)),
            changes: modules.map { Float(moved[$0] ?? 0) })
        return ["guard_accuracy": seen.accuracy, "guard_logit": seen.logit, "guard_margin": seen.margin]
            .compactMapValues(\.self)
    }
}
