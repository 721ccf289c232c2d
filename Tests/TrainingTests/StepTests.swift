import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Training
import Transformers

/// What a step has to be, whichever way it is computed.
@Suite struct StepTests {
    let reference: Trajectories
    let run: Trajectories.Run

    init() throws {
        reference = try Trajectories()
        run = try reference.run("llama")
    }

    /// A decoder with fresh adapters, whose second factors are moved away from zero.
    private func adapted(dropout: Float) throws -> Decoder {
        var decoder = try reference.model(run)
        try decoder.attachLowRank(rank: 3, alpha: 6, targets: ["all-linear"], dropout: dropout, seed: 5)
        var generator = SeededGenerator(seed: 1)
        decoder.visitWeights { name, weight in
            guard name.hasSuffix("lora_B.weight") else { return }
            weight = .tensor(
                Tensor(generator.floats(weight.shape.count).map { 0.1 * $0 }, shape: weight.shape))
        }
        return decoder
    }

    private func trainer(
        _ decoder: Decoder, packTokens: Int, workers: Int, batchSize: Int = 8, rate: Double = 1e-2
    ) throws -> Trainer {
        try Trainer(
            decoder, on: reference.sequences,
            order: ExampleOrder(count: reference.sequences.count, batchSize: batchSize, shuffledBy: 3),
            optimizer: AdamW(weightDecay: 0.1), clipNorm: 1, seed: 9, packTokens: packTokens, workers: workers
        ) { _, _ in rate }
    }

    private func numbers(_ model: Decoder) -> [Float] {
        var (copy, numbers) = (model, [Float]())
        copy.visitWeights { _, weight in
            if case .tensor(let tensor) = weight { numbers += tensor.elements }
        }
        return numbers
    }

    /// The embedding and the head that are saved with pairs are trained with them, and nothing else is.
    @Test func savedEmbeddingsAreTrainedBesidePairs() async throws {
        var decoder = try adapted(dropout: 0)
        decoder.trainEmbeddings()
        var trainer = try trainer(decoder, packTokens: 100_000, workers: 1, rate: 1e-3)
        #expect(Set(trainer.trained.filter { !$0.contains(".lora_") }) == decoder.savedWithPairs)
        for _ in 0..<3 { _ = try await trainer.takeStep() }
        let ids = Array(Set(reference.sequences.flatMap(\.ids)))
        #expect(trainer.model.embedded(ids).elements != decoder.embedded(ids).elements)
        let folder = try TemporaryFolder()
        try trainer.model.writeAdapter(to: folder.file("adapter"), base: "base")
        let read = try reference.model(run).adapted(by: AdapterFolder(path: folder.file("adapter"))).decoder
        let batch = Batch(reference.sequences)
        #expect(read.tokenLosses(batch).elements == trainer.model.tokenLosses(batch).elements)
    }

    /// Embeddings beside pairs learn too: the loss of the same examples falls.
    @Test func theLossFallsWithEmbeddingsBesidePairs() async throws {
        var decoder = try adapted(dropout: 0)
        decoder.trainEmbeddings()
        let count = reference.sequences.count
        var trainer = try trainer(decoder, packTokens: 100_000, workers: 1, batchSize: count, rate: 3e-3)
        var losses: [Float] = []
        for _ in 0..<12 { losses.append(try await trainer.takeStep().loss) }
        #expect(losses[11] < 0.9 * losses[0], "\(losses)")
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 }, "\(losses)")
    }

    /// Eight packs of one example are one pack of eight, dropped inputs included: what is dropped belongs to an example.
    @Test(arguments: [Float(0), 0.3]) func accumulatingIsOnePack(dropout: Float) async throws {
        let decoder = try adapted(dropout: dropout)
        var one = try trainer(decoder, packTokens: 100_000, workers: 1)
        var eight = try trainer(decoder, packTokens: 1, workers: 2)
        for _ in 0..<3 {
            let (a, b) = (try await one.takeStep(), try await eight.takeStep())
            #expect(abs(a.loss - b.loss) < 1e-5 * a.loss)
            #expect(abs(a.gradientNorm - b.gradientNorm) < 1e-5 * a.gradientNorm)
        }
        let (a, b) = (numbers(one.model), numbers(eight.model))
        #expect(distance(a, b).difference < 1e-5)
    }

    @Test func droppingChangesTheStepAndNotTheModel() async throws {
        var plain = try trainer(adapted(dropout: 0), packTokens: 512, workers: 1)
        var dropping = try trainer(adapted(dropout: 0.3), packTokens: 512, workers: 1)
        let same = plain.model.tokenLosses(Batch(reference.sequences)).elements
        #expect(same == dropping.model.tokenLosses(Batch(reference.sequences)).elements)
        #expect(try await plain.takeStep().loss != (try await dropping.takeStep().loss))
    }

    /// Layers that are computed once more give the same gradients, scores of the heads among them.
    @Test(arguments: [Float(0), 0.3]) func recomputingIsTheSame(dropout: Float) async throws {
        var decoder = try adapted(dropout: dropout)
        var kept = try trainer(decoder, packTokens: 200, workers: 1)
        decoder.recomputesLayers = true
        var recomputed = try trainer(decoder, packTokens: 200, workers: 1)
        let heads = decoder.heads
        let probing: @Sendable (Batch) -> StepProbe = { batch in
            let gates = (0..<2).map { _ in
                Tensor(repeating: 1, shape: [batch.packing.count, heads]).tracked()
            }
            return StepProbe(
                tap: Tap([.headOutput]) { site, z in
                    site.layer < 2 ? z.gated(by: gates[site.layer], batch.packing) : z
                }, targets: gates)
        }
        for _ in 0..<2 {
            let a = try await kept.takeStep(probing: probing)
            let b = try await recomputed.takeStep(probing: probing)
            #expect(a.loss == b.loss)
            #expect(abs(a.gradientNorm - b.gradientNorm) <= 1e-6 * a.gradientNorm)
            for (x, y) in zip(a.probed, b.probed) {
                #expect(x.examples == y.examples)
                for (g, h) in zip(x.gradients, y.gradients) {
                    #expect(distance(g.elements, h.elements).difference < 1e-6)
                }
            }
        }
        #expect(distance(numbers(kept.model), numbers(recomputed.model)).difference < 1e-6)
    }

    /// A trainer that goes on from a state takes the steps that the unbroken one takes, bit for bit.
    @Test func resumedIsUnbroken() async throws {
        let folder = try TemporaryFolder()
        let decoder = try adapted(dropout: 0.2)
        var unbroken = try trainer(decoder, packTokens: 100, workers: 2)
        for _ in 0..<3 { _ = try await unbroken.takeStep() }
        try unbroken.writeState(to: folder.file("state.safetensors"))
        var resumed = try trainer(unbroken.model, packTokens: 100, workers: 2)
        try resumed.restoreState(from: folder.file("state.safetensors"))
        #expect(resumed.step == 3)
        for _ in 0..<4 {
            let (a, b) = (try await unbroken.takeStep(), try await resumed.takeStep())
            #expect(a.loss == b.loss && a.gradientNorm == b.gradientNorm && a.examples == b.examples)
        }
        #expect(numbers(unbroken.model) == numbers(resumed.model))
    }

    @Test func aStateOfOtherWeightsIsRefused() async throws {
        let folder = try TemporaryFolder()
        var whole = try trainer(reference.model(run), packTokens: 100, workers: 1)
        _ = try await whole.takeStep()
        try whole.writeState(to: folder.file("state.safetensors"))
        var adapters = try trainer(adapted(dropout: 0), packTokens: 100, workers: 1)
        #expect(throws: ModelFileError.self) {
            try adapters.restoreState(from: folder.file("state.safetensors"))
        }
        #expect(adapters.step == 0)
    }

    /// Adapters on their own weights move; what is under them does not. Their merged product is what they compute.
    @Test func appliedIsMerged() async throws {
        var trainer = try trainer(adapted(dropout: 0), packTokens: 512, workers: 1)
        for _ in 0..<3 { _ = try await trainer.takeStep() }
        let batch = Batch(reference.sequences)
        let applied = trainer.model.tokenLosses(batch).elements
        let merged = trainer.model.merged().tokenLosses(batch).elements
        #expect(relativeDistance(applied, merged) < 1e-5)
    }

    /// A weight that is no number spoils every loss: the first example of the step is named, and nothing is changed.
    @Test func aStepThatWouldSpoilTheWeightsIsNotTaken() async throws {
        var decoder = try adapted(dropout: 0)
        decoder.visitWeights { name, weight in
            guard name.hasSuffix("0.self_attn.q_proj.lora_B.weight") else { return }
            weight = .tensor(Tensor(repeating: .nan, shape: weight.shape))
        }
        var trainer = try trainer(decoder, packTokens: 100, workers: 1)
        let first = trainer.order.examples(step: 1)[0]
        await #expect(throws: TrainingError.notFinite(step: 1, example: first, what: "loss")) {
            _ = try await trainer.takeStep()
        }
        #expect(trainer.step == 0)
    }

    /// A model that is certain of the only answer there is has nothing to learn: that is said, not trained on.
    @Test func aLossOfZeroStopsTheRun() async throws {
        var decoder = try reference.model(try reference.run("gpt2"))
        decoder.visitWeights { name, weight in
            let shape = weight.shape
            if name.hasSuffix("ln_f.weight") { weight = .tensor(Tensor(repeating: 0, shape: shape)) }
            if name.hasSuffix("ln_f.bias") { weight = .tensor(Tensor(repeating: 1, shape: shape)) }
            if name.hasSuffix("wte.weight") {
                let (rows, columns) = shape.matrix
                let numbers = (0..<rows * columns).map { $0 / columns == 5 ? Float(10) : 0 }
                weight = .tensor(Tensor(numbers, shape: shape))
            }
        }
        let certain = TokenSequence(ids: [3, 5, 5], supervised: [false, true, true])
        var trainer = try Trainer(
            decoder, on: [certain, certain], order: ExampleOrder(count: 2, batchSize: 2, shuffledBy: nil),
            optimizer: AdamW(), packTokens: 64, workers: 1
        ) { _, _ in 1e-3 }
        await #expect(throws: TrainingError.lossIsZero(step: 1, example: 0)) {
            _ = try await trainer.takeStep()
        }
        #expect(trainer.step == 0)
    }

    @Test func anExampleWithoutAnAnswerIsRefused() throws {
        let decoder = try reference.model(run)
        let silent = TokenSequence(ids: [1, 2, 3], supervised: [true, false, false])
        #expect(throws: TrainingError.nothingSupervised(example: 1)) {
            _ = try Trainer(
                decoder, on: [reference.sequences[0], silent],
                order: ExampleOrder(count: 2, batchSize: 2, shuffledBy: nil), optimizer: AdamW(),
                packTokens: 64,
                workers: 1
            ) { _, _ in 0 }
        }
    }

    /// The second factors begin at zero, so the first ones have no gradient in the first step, and have one in the second.
    @Test func weightsWithoutAGradientAreNamed() async throws {
        var decoder = try reference.model(run)
        try decoder.attachLowRank(rank: 2, alpha: 4, targets: ["q_proj", "down_proj"], seed: 0)
        var trainer = try trainer(decoder, packTokens: 512, workers: 1)
        let first = try await trainer.takeStep().withoutGradient
        #expect(first.count == 2 * decoder.layers && first.allSatisfy { $0.hasSuffix("lora_A.weight") })
        #expect(try await trainer.takeStep().withoutGradient.isEmpty)
    }

    /// A rate of nothing for some weights leaves them where they are: one closure decides for each name.
    @Test func theRateIsAFunctionOfTheName() async throws {
        let decoder = try adapted(dropout: 0)
        var trainer = try Trainer(
            decoder, on: reference.sequences,
            order: ExampleOrder(count: reference.sequences.count, batchSize: 4, shuffledBy: nil),
            optimizer: AdamW(), packTokens: 512, workers: 1
        ) { name, _ in name.contains("lora_A") ? 0 : 1e-3 }
        _ = try await trainer.takeStep()
        var (before, after, moved) = (decoder, trainer.model, [String: Bool]())
        var start: [String: [Float]] = [:]
        before.visitWeights { name, weight in
            if name.contains("lora_") { start[name] = weight.tensor.elements }
        }
        after.visitWeights { name, weight in
            if name.contains("lora_") { moved[name] = weight.tensor.elements != start[name] }
        }
        #expect(!moved.isEmpty && moved.allSatisfy { $0.value == $0.key.contains("lora_B") })
    }
}
