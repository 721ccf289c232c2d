import Foundation
import ModelFiles
import Records
import Tensor
import TestSupport
import Testing
import Transformers

@testable import Training

/// The steps that `notebooks-data/reference/make_rates.py` took in PyTorch.
private struct RateRuns: Decodable {
    struct Run: Decodable {
        let name, model: String
        let adapter: String?
        let steps: [Step]
        let final_loss: Double
    }

    struct Step: Decodable {
        let loss, gradient_norm: Double
        let trained: Int
    }

    let steps: Int
    let runs: [Run]

    static let names = [
        "llama", "llama-phases", "gpt2", "gemma3", "qwen3", "opt", "llama-lora", "gpt2-lora",
    ]

    init() throws {
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: Self.path)))
    }

    static let path = fixture("rates.json", of: "TrainingTests")

    /// The run's rates, read from a file as a user's are: members keep their order.
    func rates(_ run: Run) throws -> Rates {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.contains("\"name\":\"\(run.name)\"") })
        let from = try #require(line.range(of: "\"rates\":")).upperBound
        let through = try #require(line.range(of: ",\"steps\":[{\"loss\"")).lowerBound
        let folder = try TemporaryFolder()
        try String(line[from..<through]).write(
            toFile: folder.file("rates.json"), atomically: true, encoding: .utf8)
        return try Rates(path: folder.file("rates.json"))
    }

    func trainer(_ run: Run, packTokens: Int = 64) throws -> Trainer {
        let data = try Trajectories()
        var model = try Decoder(ModelSource(path: repositoryPath("notebooks-data/reference/\(run.model)")))
        if let adapter = run.adapter {
            model = try model.adapted(by: AdapterFolder(path: fixture(adapter, of: "TrainingTests"))).decoder
        }
        return try Trainer(
            model, minimizing: .supervised(data.sequences),
            order: ExampleOrder(count: data.sequences.count, batchSize: 4, shuffledBy: nil),
            optimizer: AdamW(weightDecay: 0.1),
            rates: ModuleRates(try rates(run), modules: model.trainedModules, steps: steps), clipNorm: 1,
            packTokens: packTokens, workers: 2
        ) { _, _ in 1e-3 }
    }
}

@Suite struct RatesTests {
    @Test(arguments: RateRuns.names)
    func stepsFollowPyTorchsParameterGroups(_ name: String) async throws {
        let reference = try RateRuns()
        let run = try #require(reference.runs.first { $0.name == name })
        var trainer = try reference.trainer(run)
        for (number, step) in run.steps.enumerated() {
            let found = await trainer.gradients(
                of: trainer.order.examples(step: number + 1), step: number + 1, weight: 1)
            #expect(found.weights.count == step.trained, "step \(number + 1)")
            let report = try await trainer.takeStep()
            #expect(abs(Double(report.loss) - step.loss) <= 1e-4 * step.loss, "step \(number + 1): loss")
            #expect(
                abs(Double(report.gradientNorm) - step.gradient_norm) <= 1e-4 * step.gradient_norm,
                "step \(number + 1): norm \(report.gradientNorm), \(step.gradient_norm)")
        }
        let losses = trainer.model.tokenLosses(Batch(try Trajectories().sequences)).elements
        let final = Double(losses.reduce(0, +)) / Double(losses.count)
        #expect(abs(final - run.final_loss) <= 1e-4 * run.final_loss)
    }

    /// A weight that has not moved yet has no moments; one that paused has fewer steps than the run.
    @Test(arguments: ["llama-phases", "gpt2-lora"], [2, 5, 8])
    func resumedIsUnbroken(_ name: String, stop: Int) async throws {
        let reference = try RateRuns()
        let run = try #require(reference.runs.first { $0.name == name })
        let folder = try TemporaryFolder()
        var unbroken = try reference.trainer(run)
        for _ in 0..<stop { _ = try await unbroken.takeStep() }
        try unbroken.writeState(to: folder.file("state.safetensors"))
        var resumed = try Trainer(
            unbroken.model, minimizing: unbroken.objective, order: unbroken.order,
            optimizer: AdamW(weightDecay: 0.1), rates: unbroken.rates, clipNorm: 1, packTokens: 64, workers: 2
        ) { _, _ in 1e-3 }
        try resumed.restoreState(from: folder.file("state.safetensors"))
        for _ in stop..<reference.steps {
            let (a, b) = (try await unbroken.takeStep(), try await resumed.takeStep())
            #expect(a.loss == b.loss && a.gradientNorm == b.gradientNorm)
        }
        #expect(weights(of: unbroken.model) == weights(of: resumed.model))
    }

    @Test func aFrozenModuleStaysWithItsMoments() async throws {
        let reference = try RateRuns()
        let run = try #require(reference.runs.first { $0.name == "llama" })
        var trainer = try reference.trainer(run)
        let before = weights(of: trainer.model)
        for _ in 0..<3 { _ = try await trainer.takeStep() }
        let after = weights(of: trainer.model)
        let frozen = "model.layers.0.mlp.up_proj.weight"
        #expect(before[frozen] == after[frozen] && trainer.optimizer.means[frozen] == nil)
        #expect(!trainer.trained.contains(frozen))
        #expect(before["model.norm.weight"] != after["model.norm.weight"])
    }

    static let modules = ["model.embed_tokens", "model.layers.0.mlp.up_proj", "model.layers.10.mlp.up_proj"]

    private func resolved(_ phases: [Rates.Phase], steps: Int = 10) throws -> ModuleRates {
        try ModuleRates(Rates(phases: phases), modules: Self.modules, steps: steps)
    }

    @Test func theFirstRuleThatMatchesCounts() throws {
        let rates = try resolved([
            .init(
                rules: [
                    .init(pattern: "*.1?.*", factor: 0.5), .init(pattern: "model.*up_proj", factor: 2),
                    .init(pattern: "*", factor: 0),
                ])
        ])
        let factors = Self.modules.map { rates.factor(of: $0 + ".weight", step: 1) }
        #expect(factors == [0, 2, 0.5])
    }

    @Test func phasesAreStepsAndShares() throws {
        let rates = try resolved([
            .init(length: .share(0.25), rules: [], usual: 2), .init(length: .steps(3), rules: [], usual: 3),
            .init(rules: [], usual: 4),
        ])
        #expect(rates.phases.map(\.from) == [1, 4, 7] && rates.phases.map(\.through) == [3, 6, 10])
        #expect(
            (1...10).map { rates.factor(of: "model.embed_tokens.weight", step: $0) }
                == [2, 2, 2, 3, 3, 3, 4, 4, 4, 4])
    }

    @Test func whatDoesNotFitTheRunIsSaid() throws {
        func error(_ phases: [Rates.Phase]) -> RatesError? {
            #expect(throws: RatesError.self) { try resolved(phases) }
        }
        let typo = error([.init(rules: [.init(pattern: "*.mlp.up_prj", factor: 0)])])
        #expect(typo == .noMatch(pattern: "*.mlp.up_prj", nearest: Array(Self.modules[1...])))
        #expect(
            "\(typo.map { "\($0)" } ?? "")".hasPrefix(
                "the pattern \"*.mlp.up_prj\" matches no module; the nearest names are model.layers.0.mlp.up_proj, "
            ))
        #expect(error([.init(rules: [], usual: 0)]) == .nothingTrained(from: 1, through: 10))
        #expect(
            error([.init(length: .steps(4), rules: []), .init(rules: [.init(pattern: "*", factor: 0)])])
                == .nothingTrained(from: 5, through: 10))
        #expect(error([.init(length: .steps(4), rules: [])]) == .tooShort(steps: 10, phasesEnd: 4))
        #expect(
            error([.init(length: .share(0.01), rules: []), .init(rules: [])]) == .emptyPhase(number: 0))
    }

    @Test(arguments: [
        ("*", "a.b", true), ("a.*.c", "a.b.b.c", true), ("a?c", "abc", true), ("a?c", "ac", false),
        ("[!0-2].x", "3.x", true), ("[!0-2].x", "1.x", false), ("[ab]*", "b", true), ("a[", "a[", true),
        ("", "", true), ("A", "a", false), ("a**b", "ab", true),
    ])
    func wildcardsAreTheShells(_ pattern: String, _ name: String, _ matches: Bool) {
        #expect(Wildcard(pattern).matches(name) == matches)
    }

    private func weights(of model: Decoder) -> [String: [Float]] {
        var (copy, found) = (model, [String: [Float]]())
        copy.visitWeights { name, weight in
            if case .tensor(let tensor) = weight { found[name] = tensor.elements }
        }
        return found
    }
}
