import Statistics
import GradAttrib
import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// The laws that methods obey, on tiny models of every family.
@Suite struct AttributionTests {
    static let weights: [Float] = VerificationTests.sequences.map { 1 / Float($0.targetCount) }

    /// The sequences of the other tests, each with another one of its length.
    static let probes = VerificationTests.sequences.enumerated().map { place, sequence in
        var generator = SeededGenerator(seed: 100 + place)
        let other = sequence.ids.indices.map { position in
            sequence.supervised[position]
                ? sequence.ids[position] : Int32.random(in: 0..<64, using: &generator)
        }
        let fork = Probe.Fork(
            position: sequence.ids.count - 2, own: sequence.ids.last ?? 0, other: (sequence.ids.last ?? 0) ^ 1
        )
        return Probe(sequence, counterfactual: other, fork: fork)
    }

    func model(_ tiny: FamilyModel) throws -> Decoder {
        try Decoder(ModelSource(path: repositoryPath(tiny.model)))
    }

    func run(
        _ model: Decoder, _ recipe: Recipe, heads: [Int]? = nil, packTokens: Int = 512
    ) async throws -> Attribution {
        try await attribution(
            of: model, on: Self.probes, by: recipe, heads: heads, packTokens: packTokens, workers: 2)
    }

    /// Attribution patching with nothing for a counterfactual: I = (0 − z)·∂F/∂z = −(gate gradient).
    @Test(arguments: FamilyModel.folders)
    func patchingWithZeroIsMinusTheGate(_ tiny: FamilyModel) async throws {
        let model = try model(tiny)
        let gate = headScores(
            of: model, on: Batch(VerificationTests.sequences), weights: Self.weights)
        let patching = try await run(model, Recipe(.patching, baseline: .zero)).scores
        let (difference, scale) = distance(patching.effects, gate.signed.map { -$0 })
        #expect(difference <= 1e-5 * scale, "\(difference) of \(scale)")
        #expect(distance(patching.loss, gate.loss).difference <= 1e-5)
    }

    /// AttAttr summed over queries and keys goes another way, through attention matrices.
    ///
    /// Which panels of a way are divided hangs on rounding where one misses about as much as it may, so that the two ways may
    /// have other points then: they are as near as both are to the integral, a hundredth.
    @Test(arguments: FamilyModel.folders)
    func attAttrIsGateIntegral(_ tiny: FamilyModel) async throws {
        let model = try model(tiny)
        for (isRefined, tolerance) in [(false, Float(1e-4)), (true, 1e-2)] {
            let gates = try await run(model, Recipe(.gateIG, isRefined: isRefined)).scores.signed.elements
            let patterns = try await run(model, Recipe(.attAttr, isRefined: isRefined)).scores.signed.elements
            let (difference, scale) = distance(patterns, gates)
            #expect(difference <= tolerance * scale, "\(difference) of \(scale), refined: \(isRefined)")
        }
    }

    /// The heads' integrals add up to what happens without the layer, from zero too, where norms make the way steep.
    @Test(arguments: FamilyModel.folders, [Baseline.zero, .mean, .counterfactual])
    func integralsAreComplete(_ tiny: FamilyModel, _ baseline: Baseline) async throws {
        let model = try model(tiny)
        let found = try #require(try await run(model, Recipe(.gateIG, baseline: baseline)).completeness)
        #expect(found.error < 0.01, "\(found)")
        #expect(found.points >= 20 && found.most.points <= 220, "\(found)")
    }

    /// Points are added for an example alone, so its integrals do not depend on its company.
    @Test func integralsAreOfOneExample() async throws {
        let model = try model(#require(FamilyModel.folders.first { $0.model.hasSuffix("gemma2") }))
        let recipe = Recipe(.gateIG, points: 10)
        let (together, alone) = (try await run(model, recipe), try await run(model, recipe, packTokens: 1))
        let (difference, scale) = distance(together.scores.signed, alone.scores.signed)
        #expect(difference <= 1e-4 * scale, "\(difference) of \(scale)")
        #expect(try #require(together.completeness).most == #require(alone.completeness).most)
    }

    /// A head whose columns of the output projection are zeroed adds nothing.
    @Test(arguments: FamilyModel.folders)
    func ablationIsAModelWithoutTheHeadsColumns(_ tiny: FamilyModel) async throws {
        let model = try model(tiny)
        let exact = try await run(model, Recipe(.ablation), packTokens: 30).scores
        for head in 0..<model.layers * model.heads {
            let without = try zeroed(model, layer: head / model.heads, head: head % model.heads)
            let batch = Batch(VerificationTests.sequences)
            let losses = without.tokenLosses(batch).elements
            for (example, rows) in batch.targetPacking.sequences.enumerated() {
                let loss = rows.reduce(0) { $0 + losses[$1] } * Self.weights[example]
                let score = exact.signed[example * model.layers * model.heads + head]
                #expect(abs(exact.loss[example] - score - loss) <= 1e-5 * max(1, loss), "head \(head)")
            }
        }
    }

    /// The model with a head's part of the output projection set to zero, whichever way the weight lies.
    private func zeroed(_ model: Decoder, layer: Int, head: Int) throws -> Decoder {
        var copy = model
        copy.visitProjections { path, projection in
            guard projection.name == model.blocks[layer].attention.output.name,
                path.hasSuffix(".\(layer).\(projection.name)")
            else { return }
            let isTransposed = projection.isTransposed
            projection.visitWeights { name, weight in
                guard name.hasSuffix("weight") else { return }
                let (rows, columns) = weight.shape.matrix
                var numbers = Tensor.embedding(weight, (0..<Int32(rows)).map { $0 }).elements
                for row in 0..<rows {
                    for column in 0..<columns {
                        // [out, in], or [in, out].
                        let input = isTransposed ? row : column
                        if input / model.dHead == head { numbers[row * columns + column] = 0 }
                    }
                }
                weight = .tensor(Tensor(numbers, shape: weight.shape))
            }
        }
        return copy
    }

    /// A head replaced by its own output changes nothing, by another's something; patching is a first guess at it.
    @Test func replacedByItselfNothingChanges() async throws {
        let model = try model(FamilyModel.folders[0])
        let probes = Self.probes.map { Probe($0.sequence, counterfactual: $0.sequence.ids) }
        for method in [
            AttributionMethod.ablation, .patching, .patchingStar, .patchingQueries, .patchingKeys, .eapIG,
        ] {
            let found = try await attribution(
                of: model, on: probes, by: Recipe(method, baseline: .counterfactual, points: 2),
                packTokens: 512,
                workers: 1)
            #expect(found.scores.signed.allSatisfy { abs($0) < 1e-6 }, "\(method)")
            let other = try await run(model, Recipe(method, baseline: .counterfactual, points: 2))
            #expect(other.scores.signed.contains { abs($0) > 1e-6 }, "\(method)")
        }
    }

    /// All heads of a layer, or all probes, ablated in one pass or in many: the same.
    @Test(arguments: [Baseline.zero, .mean, .resample, .counterfactual])
    func passesCanBeSharedOrNot(_ baseline: Baseline) async throws {
        let model = try model(FamilyModel.folders[0])
        let together = try await run(model, Recipe(.ablation, baseline: baseline)).scores.signed.elements
        let apart = try await run(model, Recipe(.ablation, baseline: baseline), packTokens: 1).scores.signed
            .elements
        let (difference, scale) = distance(apart, together)
        #expect(difference <= 1e-5 * max(1, scale) && scale > 1e-4)
        let one = try await run(model, Recipe(.ablation, baseline: baseline), heads: [3]).scores.signed
            .elements
        let size = model.layers * model.heads
        for (place, score) in one.enumerated() {
            #expect(abs(score - (place % size == 3 ? together[place] : 0)) <= 1e-5)
        }
    }

    @Test func tokensAddUpToTheirExample() async throws {
        let model = try model(FamilyModel.folders[0])
        let gate = headScores(of: model, on: Batch(VerificationTests.sequences), weights: Self.weights)
        let tokens = try await tokenScores(
            of: model, on: VerificationTests.sequences, packTokens: 30, workers: 1)
        let size = model.layers * model.heads
        for (example, scores) in tokens.enumerated() {
            #expect(scores.count == VerificationTests.sequences[example].ids.count * size)
            for head in 0..<size {
                let sum = stride(from: head, to: scores.count, by: size).reduce(Float(0)) { $0 + scores[$1] }
                #expect(abs(sum - gate.signed[example * size + head]) <= 1e-5)
            }
        }
    }
}
