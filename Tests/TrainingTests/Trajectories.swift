import Foundation
import ModelFiles
import TestSupport
import Training
import Transformers

/// The steps that `notebooks-data/reference/make_training.py` took in PyTorch.
struct Trajectories: Decodable {
    struct Run: Decodable {
        let name: String
        let model: String
        let adapter: String?
        let learning_rate: Double
        let schedule: Schedule.Shape
        let warmup_steps: Int
        let weight_decay: Float
        let clip_norm: Float
        let losses: [Double]
        let gradient_norms: [Double]
        let learning_rates: [Double]
        let final_loss: Double
        let weights: [String: FinalWeight]
    }

    /// A weight after the last step, under its name in transformers or peft.
    struct FinalWeight: Decodable {
        let sum: Double
        let norm: Double
        /// The length of what the run added.
        let change: Double
        /// How far the run in float32 ends from the same in float64, as a share of `change`.
        let rounding: Double
        /// Its first values, at most four.
        let first: [Float]
    }

    private struct Example: Decodable {
        let ids: [Int32]
        let supervised: [Int]
    }

    let steps: Int
    let batch_size: Int
    private let examples: [Example]
    let runs: [Run]

    static let names = [
        "llama", "gpt2", "gpt_neox", "gemma3", "qwen3", "opt", "phi", "llama-plain", "llama-lora",
        "gpt2-lora",
    ]

    init() throws {
        let path = repositoryPath("Tests/TrainingTests/Fixtures/trajectories.json")
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
    }

    var sequences: [TokenSequence] {
        examples.map { TokenSequence(ids: $0.ids, supervised: $0.supervised.map { $0 == 1 }) }
    }

    func run(_ name: String) throws -> Run {
        guard let run = runs.first(where: { $0.name == name }) else { throw NoSuchRun(name: name) }
        return run
    }

    struct NoSuchRun: Error { let name: String }

    /// The model that a run starts from.
    func model(_ run: Run) throws -> Decoder {
        let base = try Decoder(ModelSource(path: repositoryPath("notebooks-data/reference/\(run.model)")))
        guard let adapter = run.adapter else { return base }
        let path = repositoryPath("Tests/TrainingTests/Fixtures/\(adapter)")
        return try base.adapted(by: AdapterFolder(path: path)).decoder
    }

    /// A trainer that takes the steps of a run.
    func trainer(_ run: Run, packTokens: Int = 64, workers: Int = 2) throws -> Trainer {
        let schedule = Schedule(run.schedule, warmupSteps: run.warmup_steps, steps: steps)
        return try Trainer(
            try model(run), on: sequences,
            order: ExampleOrder(count: sequences.count, batchSize: batch_size, shuffledBy: nil),
            optimizer: AdamW(weightDecay: run.weight_decay), clipNorm: run.clip_norm, packTokens: packTokens,
            workers: workers
        ) { _, step in run.learning_rate * schedule.factor(step: step) }
    }
}
