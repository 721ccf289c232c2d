import ArgumentParser
import Runs
import Training

extension Train {
    /// Steps after which head scores are measured, from --probe-steps.
    var stepsToProbe: [Int] {
        get throws {
            let parts = probeSteps?.split(separator: ",") ?? []
            let steps = parts.compactMap { Int($0) }.filter { $0 > 0 }
            guard steps.count == parts.count else {
                throw ValidationError(
                    "--probe-steps is \(probeSteps ?? ""), but must be steps such as 10,50,100.")
            }
            return Set(steps).sorted()
        }
    }

    /// What the flags ask for.
    var plan: TrainingPlan {
        get throws {
            let lora = loraRank.map {
                LoRAPlan(
                    rank: $0, alpha: loraAlpha,
                    targets: loraTargets?.split(separator: ",").map(String.init) ?? ["all-linear"],
                    dropout: loraDropout, isRankStabilized: loraStabilized)
            }
            var plan = TrainingPlan(
                model: model ?? "", adapter: adapter, data: data ?? "", output: output ?? "", lora: lora,
                learningRate: learningRate, computing: options.computing)
            plan.reading = reading.plan
            plan.rates = rates
            plan.newTokens = try newTokens.map {
                NewTokensPlan(try tokenTexts($0, forRun: true), areSpecial: newTokensSpecial)
            }
            if objective == .preference {
                plan.preference = PreferencePlan(
                    loss: loss ?? .sigmoid, beta: beta ?? 0.1, labelSmoothing: labelSmoothing ?? 0,
                    supervisedWeight: sftWeight ?? 0)
            }
            (plan.schedule, plan.warmupSteps, plan.weightDecay) = (schedule, warmupSteps, weightDecay)
            (plan.batchSize, plan.epochs, plan.maxSteps) = (batchSize, epochs, maxSteps)
            (plan.order, plan.clipNorm, plan.recompute) = (order, clipNorm, recompute)
            plan.checkpointEvery = checkpointEvery
            (plan.probe.every, plan.probe.limit) = (probeEvery, probeLimit)
            (plan.probe.data, plan.probe.task) = (probeData, probeTask)
            plan.probe.steps = try stepsToProbe
            (plan.evaluation.data, plan.evaluation.limit) = (evaluateData, evaluateLimit)
            (plan.evaluation.every, plan.evaluation.stop) = (evaluateEvery, evaluateStop)
            (plan.evaluation.extract, plan.evaluation.tokens) = (evaluateExtract, evaluateTokens)
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
