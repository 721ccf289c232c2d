import Foundation
import ModelFiles
import TestSupport
import Testing
import Training
import Transformers

/// Training with new tokens against the steps that `notebooks-data/reference/make_new_token_steps.py` took in PyTorch.
@Suite struct NewTokenStepTests {
    private struct Runs: Decodable {
        struct Example: Decodable {
            let ids: [Int32]
            let supervised: [Int]
        }

        struct Run: Decodable {
            struct Step: Decodable { let loss, gradient_norm: Double }

            let model: String
            let adapter: String?
            let parameters: Int
            let steps: [Step]
        }

        let examples: [Example]
        let runs: [Run]

        init() throws {
            let path = fixture("new-token-steps.json", of: "TrainingTests")
            self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
        }

        /// A model that has 64 tokens and gets three more; an adapter brings the rows of its own.
        func decoder(_ run: Run) throws -> Decoder {
            var decoder = try Decoder(
                ModelSource(path: repositoryPath("notebooks-data/reference/\(run.model)")))
            guard let adapter = run.adapter else {
                decoder.addTokens([64, 65, 66])
                return decoder
            }
            let path = repositoryPath("Tests/TransformersTests/Fixtures/new-tokens/\(adapter)")
            decoder = try decoder.adapted(by: AdapterFolder(path: path)).decoder
            decoder.trainEmbeddings()
            return decoder
        }
    }

    @Test(arguments: 0..<5) func stepsFollowPyTorch(_ place: Int) async throws {
        let runs = try Runs()
        let run = runs.runs[place]
        let sequences = runs.examples.map {
            TokenSequence(ids: $0.ids, supervised: $0.supervised.map { $0 == 1 })
        }
        let decoder = try runs.decoder(run)
        #expect(decoder.vocabulary == 67)
        var trainer = try Trainer(
            decoder, on: sequences, order: ExampleOrder(count: 8, batchSize: 4, shuffledBy: nil),
            optimizer: AdamW(weightDecay: 0.1), clipNorm: 1, packTokens: 40, workers: 2
        ) { _, _ in 1e-2 }
        for (number, step) in run.steps.enumerated() {
            let report = try await trainer.takeStep()
            #expect(abs(Double(report.loss) - step.loss) <= 1e-4 * step.loss, "step \(number + 1): loss")
            #expect(
                abs(Double(report.gradientNorm) - step.gradient_norm) <= 1e-4 * step.gradient_norm,
                "step \(number + 1): norm \(report.gradientNorm), \(step.gradient_norm)")
        }
    }
}
