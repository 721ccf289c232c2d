import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// Vectors in place of tokens, masks, and passes that start at a layer, against what transformers computes of a tiny
/// model of each family.
@Suite struct InputTests {
    /// A tiny model with the three sequences of its reference.
    struct Case: CustomStringConvertible, Sendable {
        let description: String
        let folder: String

        static let all =
            FamilyModel.folders.map { Case(description: $0.name, folder: $0.model) }
            + ["gqa-tied", "untied-bias"].map {
                Case(description: $0, folder: "notebooks-data/reference/tiny-llama/\($0)")
            }

        func model() throws -> Decoder { try Decoder(ModelSource(path: repositoryPath(folder))) }

        func numbers(_ name: String) throws -> [Float] {
            try Self.values.get().floats("\(description)/\(name)")
        }

        static let values = Result { try Reference("Tests/TransformersTests/Fixtures/inputs.safetensors") }
        static let sequences = Result {
            try TinyModel.sequences(Reference("Tests/TransformersTests/Fixtures/input-sequences.safetensors"))
        }

        /// The batch of the reference, with vectors whose gradients are asked for.
        func batch(_ model: Decoder, masks: [AttentionMask]) throws -> (batch: Batch, vectors: Tensor) {
            let vectors = Tensor(try numbers("vectors"), shape: [7, model.dModel]).tracked()
            let sequences = try Self.sequences.get()
            let batch = Batch(
                [sequences[0].preceded(by: 4), sequences[1], sequences[2]], masks: masks,
                vectors: [
                    InputVectors(prefix: vectors.rows([0, 1, 2, 3])),
                    InputVectors(vectors.rows([4, 5, 6]), at: [5, 6, 7]), nil,
                ])
            return (batch, vectors)
        }
    }

    static let masks: [AttentionMask] = [.bidirectional(0..<10), .full, .causal]

    @Test(arguments: Case.all, [[], masks])
    func vectorsAndMasksMatch(_ tiny: Case, _ masks: [AttentionMask]) throws {
        let model = try tiny.model()
        let kind = masks.isEmpty ? "causal" : "masked"
        let (batch, vectors) = try tiny.batch(model, masks: masks)
        let gates = Tensor(repeating: 1, shape: [model.layers * 3, model.heads]).tracked()
        let losses = model.tokenLosses(
            batch,
            tap: Tap([.headOutput]) { site, z in
                z.gated(by: gates.rows([0, 1, 2].map { $0 * model.layers + site.layer }), batch.packing)
            })
        expectNear(losses.elements, try tiny.numbers("\(kind).token_nll"), 1e-5)
        // The sum of losses for vectors; the mean of each sequence's for gates.
        let gradient = losses.sum().gradients(of: [vectors])[0]
        expectNear(gradient.elements, try tiny.numbers("\(kind).gradient"), 1e-5)
        let weights = batch.spread(batch.targetPacking.sequences.map { 1 / Float($0.count) })
        let scores = losses.sum(weightedBy: weights).gradients(of: [gates])[0]
        expectNear(scores.elements, try tiny.numbers("\(kind).gates"), 1e-4)
    }

    /// With the attention matrices kept, and with layers recomputed, everything is the same.
    @Test(arguments: Case.all)
    func patternsAndRecomputingChangeNothing(_ tiny: Case) throws {
        var model = try tiny.model()
        let (batch, vectors) = try tiny.batch(model, masks: Self.masks)
        func run(_ tap: Tap = .none) -> (losses: [Float], gradient: [Float]) {
            let losses = model.tokenLosses(batch, tap: tap)
            return (losses.elements, losses.sum().gradients(of: [vectors])[0].elements)
        }
        let plain = run()
        let seen = run(Tap([.pattern]) { _, a in a })
        expectNear(seen.losses, plain.losses, 1e-5)
        expectNear(seen.gradient, plain.gradient, 1e-5)
        model.recomputesLayers = true
        let again = run()
        #expect(again.losses == plain.losses && again.gradient == plain.gradient)
    }

    @Test(arguments: Case.all)
    func statesOfALayerMatch(_ tiny: Case) throws {
        let model = try tiny.model()
        let batch = Batch([try Case.sequences.get()[1]])
        let states = Tensor(try tiny.numbers("states"), shape: [17, model.dModel]).tracked()
        let hidden = model.hidden(batch, rows: batch.predicting, resuming: 1, stream: states)
        let losses = model.losses(of: hidden, batch.targets)
        expectNear(losses.elements, try tiny.numbers("states.token_nll"), 1e-5)
        let gradient = losses.sum().gradients(of: [states])[0]
        expectNear(gradient.elements, try tiny.numbers("states.gradient"), 1e-5)
    }

    /// The embeddings of tokens given as vectors are as the tokens.
    @Test(arguments: Case.all)
    func embeddingsAsVectorsAreTheTokens(_ tiny: Case) throws {
        let model = try tiny.model()
        let sequence = try Case.sequences.get()[0]
        let vectors = model.embedded(sequence.ids)
        let given = Batch([sequence], vectors: [InputVectors(prefix: vectors)])
        #expect(model.tokenLosses(given).elements == model.tokenLosses(Batch([sequence])).elements)
    }

    /// A pass in two parts with a cache, the first with vectors and a mask, is as one pass.
    @Test(arguments: Case.all.filter { !["phi3-longrope", "llama-dynamic"].contains($0.description) })
    func aCacheKeepsVectorsAndMasks(_ tiny: Case) throws {
        let model = try tiny.model()
        let ids = try Case.sequences.get()[0].ids
        let vectors = InputVectors(
            Tensor(try tiny.numbers("vectors"), shape: [7, model.dModel]), at: Array(2..<9))
        let mask = AttentionMask.bidirectional(0..<12)
        let marks = ids.map { _ in false }
        let whole = Batch([TokenSequence(ids: ids, supervised: marks)], masks: [mask], vectors: [vectors])
        var cache = KeyValueCache(layers: model.layers)
        let first = model.logits(next: [Array(ids[..<14])], masks: [mask], vectors: [vectors], &cache)
        let second = model.logits(next: [Array(ids[14...])], masks: [mask], &cache)
        let expected = model.logits(whole, rows: [13, ids.count - 1]).elements
        expectNear(first.elements + second.elements, expected, 1e-5)
    }

    private func expectNear(_ found: [Float], _ expected: [Float], _ tolerance: Float) {
        let (difference, scale) = distance(found, expected)
        #expect(difference <= tolerance * scale, "\(difference) of \(scale)")
    }
}
