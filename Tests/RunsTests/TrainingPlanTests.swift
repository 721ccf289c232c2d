import Evaluation
import Foundation
import Runs
import Testing

@Suite struct TrainingPlanTests {
    @Test func defaultsDependOnWhatIsTrained() {
        let all = TrainingPlan(model: "m", data: "d", output: "o")
        #expect(all.learningRate == 2e-5 && all.computing.packTokens == 768 && all.trainsAllWeights)
        let lora = TrainingPlan(model: "m", data: "d", output: "o", lora: LoRAPlan(rank: 8))
        #expect(lora.learningRate == 2e-4 && lora.computing.packTokens == 320 && lora.lora?.alpha == 16)
        let adapter = TrainingPlan(model: "m", adapter: "a", data: "d", output: "o")
        #expect(adapter.learningRate == 2e-4 && !adapter.trainsAllWeights)
    }

    /// A plan is written as the flags that make it, each by the name of its key; what is not set is left out.
    @Test func argumentsAreTheKeys() {
        let arguments = RunRecordTests.plan.arguments
        for flag in [
            "--model=models/tiny", "--lora-rank=4", "--lora-alpha=8", "--lora-targets=q_proj,v_proj",
            "--learning-rate=0.0001", "--schedule=cosine", "--order=shuffled", "--probe-steps=3,5",
            "--evaluate-extract=last-number", "--threads=2", "--workers=1", "--precision=bf16", "--seed=7",
            "--pack-tokens=320", "--clip-norm=1",
        ] {
            #expect(arguments.contains(flag), "\(flag) of \(arguments)")
        }
        #expect(!arguments.contains { $0.hasPrefix("--recompute") || $0.hasPrefix("--adapter") })
        var plan = RunRecordTests.plan
        (plan.recompute, plan.reading.skipsBadLines) = (true, true)
        #expect(plan.arguments.contains("--recompute") && plan.arguments.contains("--skip-bad-lines"))
    }

    /// No text of a plan is taken for another kind of value: each field comes back as it went.
    @Test(arguments: ["12", "true", "1e5", "a=b", "--x", "ä"]) func textStaysText(_ text: String) throws {
        var plan = RunRecordTests.plan
        (plan.data, plan.probe.task) = (text, text)
        plan.evaluation.extract = .pattern(try AnswerPattern("(\\d+)"))
        let read = try JSONDecoder().decode(TrainingPlan.self, from: try JSONEncoder().encode(plan))
        #expect(read == plan && plan.arguments.contains("--probe-task=\(text)"))
    }

    /// A record that somebody changed may hold any number.
    @Test func aSettingOutOfItsBoundsIsFound() {
        #expect(RunRecordTests.plan.outOfBounds == nil)
        #expect(TrainingPlan(model: "m", data: "d", output: "o").outOfBounds == nil)
        for (flag, change) in [
            ("--batch-size", { $0.batchSize = -1 }), ("--max-steps", { $0.maxSteps = .max }),
            ("--epochs", { $0.epochs = .max }), ("--lora-rank", { $0.lora = LoRAPlan(rank: .max) }),
            ("--lora-dropout", { $0.lora = LoRAPlan(rank: 1, dropout: 1) }),
            ("--pack-tokens", { $0.computing.packTokens = 0 }),
            ("--workers", { $0.computing.workers = .max }),
            ("--threads", { $0.computing.threads = -1 }), ("--probe-steps", { $0.probe.steps = [3, -1] }),
            ("--learning-rate", { $0.learningRate = .nan }), ("--clip-norm", { $0.clipNorm = -1 }),
            ("--limit", { $0.reading.limit = 0 }),
        ] as [(String, (inout TrainingPlan) -> Void)] {
            var plan = RunRecordTests.plan
            change(&plan)
            #expect(plan.outOfBounds?.flag == flag, "\(String(describing: plan.outOfBounds))")
        }
    }
}
