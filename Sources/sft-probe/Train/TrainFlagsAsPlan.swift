import ArgumentParser
import Runs
import Training

extension TrainingFlags {
    /// Steps after which head scores are measured, from --probe-steps.
    var stepsToProbe: [Int] {
        get throws {
            let parts = probe.probeSteps?.split(separator: ",") ?? []
            let steps = parts.compactMap { Int($0) }.filter { $0 > 0 }
            guard steps.count == parts.count else {
                throw ValidationError(
                    "--probe-steps is \(probe.probeSteps ?? ""), but must be steps such as 10,50,100.")
            }
            return Set(steps).sorted()
        }
    }

    /// The plan of a training by these flags.
    func plan(
        model: String, adapter: String?, data: String, _ reading: DataReading, output: String
    ) throws -> TrainingPlan {
        let newAdapter = lora.loraRank.map {
            LoRAPlan(
                rank: $0, alpha: lora.loraAlpha,
                targets: lora.loraTargets?.split(separator: ",").map(String.init) ?? ["all-linear"],
                dropout: lora.loraDropout, isRankStabilized: lora.loraStabilized)
        }
        var plan = TrainingPlan(
            model: model, adapter: adapter, data: data, output: output, lora: newAdapter,
            learningRate: steps.learningRate, computing: options.computing)
        plan.reading = reading.plan
        plan.rates = steps.rates
        (plan.schedule, plan.warmupSteps, plan.weightDecay) = (
            steps.schedule, steps.warmupSteps, steps.weightDecay
        )
        (plan.batchSize, plan.epochs, plan.maxSteps) = (steps.batchSize, steps.epochs, steps.maxSteps)
        (plan.order, plan.clipNorm, plan.recompute) = (steps.order, steps.clipNorm, steps.recompute)
        plan.checkpointEvery = steps.checkpointEvery
        (plan.probe.every, plan.probe.limit) = (probe.probeEvery, probe.probeLimit)
        (plan.probe.data, plan.probe.task) = (probe.probeData, probe.probeTask)
        plan.probe.steps = try stepsToProbe
        plan.guarded = guarding.guarded.map {
            GuardPlan(data: $0, openings: guarding.guardOpenings, asChat: guarding.guardChat)
        }
        (plan.evaluation.data, plan.evaluation.limit) = (heldOut.evaluateData, heldOut.evaluateLimit)
        (plan.evaluation.every, plan.evaluation.stop) = (heldOut.evaluateEvery, heldOut.evaluateStop)
        (plan.evaluation.extract, plan.evaluation.tokens) = (
            heldOut.evaluateExtract, heldOut.evaluateTokens
        )
        return plan
    }
}

extension Train {
    /// What the flags ask for.
    var plan: TrainingPlan {
        get throws {
            var plan = try flags.plan(
                model: model ?? "", adapter: adapter, data: data ?? "", reading, output: output ?? "")
            plan.newTokens = try tokens.newTokens.map {
                NewTokensPlan(try tokenTexts($0, forRun: true), areSpecial: tokens.newTokensSpecial)
            }
            if objectives.objective == .preference {
                plan.preference = PreferencePlan(
                    loss: objectives.loss ?? .sigmoid, beta: objectives.beta ?? 0.1,
                    labelSmoothing: objectives.labelSmoothing ?? 0,
                    supervisedWeight: objectives.sftWeight ?? 0)
            }
            return plan
        }
    }

    /// The plan of a record that has the flags alone.
    static func plan(ofOlder arguments: [String], folder: String) throws -> TrainingPlan {
        do {
            let began = try Train.parse(arguments)
            guard began.resume == nil else { throw ValidationError("--resume is given.") }
            return try began.plan
        } catch {
            throw UnusableData(
                description:
                    "\(folder)/run.json: its arguments are not those of a run: \(Train.message(for: error))")
        }
    }
}
