import Foundation
import LanguageSubspaces
import ModelFiles
import TestSupport
import Testing
import Training
import Transformers

@Suite struct LanguageTrainingTests {
    /// The subspace of a run: the projector's directions are those of its eigenvalue 1.
    private func subspace(_ run: LanguagesReference.Run, _ languages: [String]) throws -> LanguageSubspace {
        // Any orthonormal basis of the span: expressions span it, by Gram and Schmidt.
        var directions: [[Double]] = []
        for expression in run.expressions.dropFirst() {
            var one = expression
            for _ in 0..<2 {
                for direction in directions {
                    let along = zip(one, direction).reduce(0) { $0 + $1.0 * $1.1 }
                    one = zip(one, direction).map { $0 - along * $1 }
                }
            }
            let length = one.reduce(0) { $0 + $1 * $1 }.squareRoot()
            directions.append(one.map { $0 / length })
        }
        #expect(difference(projector(directions), run.projector.flatMap(\.self)) < 1e-5)
        return LanguageSubspace(
            agnostic: run.agnostic, specific: directions,
            expressions: Dictionary(uniqueKeysWithValues: zip(languages, run.expressions)))
    }

    private func trainer(
        _ run: LanguagesReference.Run, _ reference: LanguagesReference, packTokens: Int = 40,
        workers: Int = 2,
        file: String? = nil
    ) async throws -> Trainer {
        var model = try Decoder(ModelSource(path: repositoryPath("notebooks-data/reference/\(run.model)")))
        if run.adapter == true {
            model = try model.adapted(
                by: AdapterFolder(path: fixture("llama-adapter", of: "TrainingTests"))
            ).decoder
        }
        let others = Array(reference.languages.dropFirst())
        let items = run.items.enumerated().map { number, texts in
            ParallelItem(
                id: "\(number)", line: number + 1, central: texts["en"] ?? [],
                others: others.map { texts[$0] ?? [] })
        }
        let block = model.layers - run.blocks
        let (streams, states) = try await KeptStreams.computing(
            model, items, block: block, file: file, packTokens: packTokens, workers: workers)
        let weights = LanguageLossWeights(
            retain: run.weights[0], separate: run.weights[1], align: run.weights[2], strength: run.strength)
        let below = model.trainedModules.filter { (model.block(of: $0) ?? -1) < block }
        let rates = ModuleRates(of: model.trainedModules, steps: run.steps.count).freezing(below)
        return try Trainer(
            model,
            minimizing: .languages(
                items, others, try subspace(run, reference.languages), weights, streams: streams,
                reference: states),
            order: ExampleOrder(count: items.count, batchSize: reference.batch, shuffledBy: nil),
            optimizer: AdamW(weightDecay: 0.1), rates: rates, packTokens: packTokens, workers: workers
        ) { _, _ in 1e-3 }
    }

    @Test(arguments: ["llama", "gemma3", "gpt2", "llama-lora"])
    func stepsArePyTorchs(_ name: String) async throws {
        let reference = try LanguagesReference.read()
        let run = try #require(reference.runs.first { $0.name == name })
        var trainer = try await trainer(run, reference)
        for (number, wanted) in run.steps.enumerated() {
            let step = try await trainer.takeStep()
            func close(_ found: Double, _ right: Double, _ what: String) {
                #expect(
                    abs(found - right) <= 1e-3 * max(1e-3, abs(right)),
                    "step \(number + 1), \(what): \(found), \(right)")
            }
            close(Double(step.loss), wanted.loss, "loss")
            close(step.figures["loss_retain"] ?? .nan, wanted.retain, "retain")
            close(step.figures["loss_separate"] ?? .nan, wanted.separate, "separate")
            close(step.figures["loss_align"] ?? .nan, wanted.align, "align")
            close(Double(step.gradientNorm), wanted.norm, "gradient")
        }
    }

    /// Packs, workers and a file for the streams change nothing; only the last block changes.
    @Test func streamsOnTheDiskAreTheSame() async throws {
        let reference = try LanguagesReference.read()
        let run = try #require(reference.runs.first { $0.name == "gpt2" })
        let folder = try TemporaryFolder()
        var one = try await trainer(run, reference)
        var other = try await trainer(
            run, reference, packTokens: 1000, workers: 1, file: folder.file("streams.part"))
        let start = one.model
        for _ in 0..<3 {
            let (a, b) = (try await one.takeStep(), try await other.takeStep())
            #expect(abs(a.loss - b.loss) < 1e-5 * abs(a.loss))
        }
        let moved = Set(one.trained.map { start.block(of: $0) ?? -1 })
        #expect(moved == Set(start.layers - run.blocks..<start.layers))
        // Norms inside the blocks are trained too; the head and the final norm are not.
        #expect(one.trained.contains { $0.contains("ln_1") } && !one.trained.contains { $0.contains("ln_f") })
    }
}
