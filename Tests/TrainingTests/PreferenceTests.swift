import Foundation
import ModelFiles
import TestSupport
import Testing
import Training
import Transformers

/// The steps that `notebooks-data/reference/make_preferences.py` took in PyTorch.
private struct Preferences: Decodable {
    struct Run: Decodable {
        let name, model: String
        let adapter: String?
        let form: PreferenceLoss.Form
        let beta, label_smoothing, supervised_weight: Double
        let reference: [[Double]]
        let steps: [Step]
    }

    struct Step: Decodable {
        let loss, gradient_norm, margin, rewards_chosen, rewards_rejected, accuracy: Double
    }

    struct Side: Decodable {
        let ids: [Int32]
        let supervised: [Int]

        var sequence: TokenSequence { TokenSequence(ids: ids, supervised: supervised.map { $0 == 1 }) }
    }

    let batch_size: Int
    let pairs: [[Side]]
    let runs: [Run]

    static let names = ["llama", "gpt2", "gemma3", "qwen3", "llama-ipo", "llama-lora"]

    init() throws {
        let path = fixture("preferences.json", of: "TrainingTests")
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
    }

    var sequences: [PreferencePair] {
        pairs.map { PreferencePair(chosen: $0[0].sequence, rejected: $0[1].sequence) }
    }

    func trainer(
        _ run: Run, packTokens: Int = 64, workers: Int = 2
    ) async throws -> (Trainer, [ReferenceScores]) {
        var model = try Decoder(ModelSource(path: repositoryPath("notebooks-data/reference/\(run.model)")))
        if let adapter = run.adapter {
            model = try model.adapted(by: AdapterFolder(path: fixture(adapter, of: "TrainingTests"))).decoder
        }
        let loss = PreferenceLoss(
            run.form, beta: run.beta, labelSmoothing: run.label_smoothing,
            supervisedWeight: run.supervised_weight)
        let order = ExampleOrder(count: pairs.count, batchSize: batch_size, shuffledBy: nil)
        let reference = await referenceScores(
            of: sequences, by: model, sharingPrompts: true, order: order, packTokens: packTokens,
            workers: workers)
        let trainer = try Trainer(
            model, minimizing: .preference(sequences, loss, reference: reference), order: order,
            optimizer: AdamW(weightDecay: 0.1), packTokens: packTokens, workers: workers
        ) { _, _ in 1e-3 }
        return (trainer, reference)
    }
}

@Suite struct PreferenceTests {
    private func close(_ found: Float?, _ expected: Double, _ tolerance: Double = 1e-4) -> Bool {
        found.map { abs(Double($0) - expected) <= tolerance * max(1, abs(expected)) } ?? false
    }

    @Test(arguments: Preferences.names)
    func stepsFollowPyTorch(_ name: String) async throws {
        let preferences = try Preferences()
        let run = try #require(preferences.runs.first { $0.name == name })
        var (trainer, reference) = try await preferences.trainer(run)
        for (found, expected) in zip(reference, run.reference) {
            #expect(close(Float(found.chosen), expected[0]) && close(Float(found.rejected), expected[1]))
        }
        for (number, step) in run.steps.enumerated() {
            let report = try await trainer.takeStep()
            #expect(abs(Double(report.loss) - step.loss) <= 1e-4 * abs(step.loss), "step \(number + 1): loss")
            #expect(
                abs(Double(report.gradientNorm) - step.gradient_norm) <= 1e-4 * step.gradient_norm,
                "step \(number + 1): norm \(report.gradientNorm), \(step.gradient_norm)")
            for (name, expected) in [
                ("margin", step.margin), ("rewards_chosen", step.rewards_chosen),
                ("rewards_rejected", step.rewards_rejected), ("accuracy", step.accuracy),
            ] where number > 0 || name != "accuracy" {  // of margins that are 0, PyTorch's are rounding
                #expect(close(report.figures[name].map(Float.init), expected), "step \(number + 1): \(name)")
            }
        }
    }

    @Test(arguments: [(16, 1), (64, 2), (1000, 3)])
    func aRunBeginsAtItsReference(packTokens: Int, workers: Int) async throws {
        let preferences = try Preferences()
        let run = try #require(preferences.runs.first { $0.name == "llama" })
        var (trainer, _) = try await preferences.trainer(run, packTokens: packTokens, workers: workers)
        let report = try await trainer.takeStep()
        #expect(report.loss == Float(log(2.0)))
        #expect(report.figures["margin"] == 0 && report.figures["accuracy"] == 0)
        #expect(report.size == preferences.batch_size)
    }

    @Test func packingDoesNotMatter() async throws {
        let preferences = try Preferences()
        let run = try #require(preferences.runs.first { $0.name == "qwen3" })
        var (alone, _) = try await preferences.trainer(run, packTokens: 1, workers: 1)
        var (together, _) = try await preferences.trainer(run, packTokens: 4096, workers: 1)
        for _ in 0..<3 {
            let (a, b) = (try await alone.takeStep(), try await together.takeStep())
            #expect(close(a.loss, Double(b.loss), 1e-5))
            #expect(close(a.gradientNorm, Double(b.gradientNorm), 1e-5))
        }
    }
}
