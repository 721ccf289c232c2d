import Statistics
import GradAttrib
import Kernels
import ModelFiles
import TestSupport
import Testing
import Transformers

/// SmolLM2-135M-Instruct against PyTorch with attention matrices and their gradients kept, float32.
@Suite(.enabled(if: RealModel.path != nil, Comment(rawValue: RealModel.whySkipped)))
struct RealModelScoreTests {
    @Test func scoresMatchInAnyPackingAndAlone() async throws {
        let path = try #require(RealModel.path)
        let model = try Decoder(ModelSource(path: path))
        let expected = try Reference("notebooks-data/reference/smollm2/reference.safetensors").floats(
            "signed_float64")
        let sequences = try RealModel.reference().records.map(\.sequence)
        let packed = try await headScores(
            of: model, on: sequences, reduction: .exampleMean, packTokens: 512, workers: 2)
        let alone = try await headScores(
            of: model, on: sequences, reduction: .exampleMean, packTokens: 1, workers: 1)
        for example in sequences.indices {
            let range = example * 270..<(example + 1) * 270
            let reference = distance(Array(packed.signed[range]), Array(expected[range]))
            #expect(reference.difference <= 1e-3 * reference.scale, "example \(example)")
            let company = distance(Array(packed.signed[range]), Array(alone.signed[range]))
            #expect(company.difference <= 1e-5 * company.scale, "example \(example)")
        }
    }

    /// What 8 bits of precision in the sides of each product cost, of the largest score, and what 17: 2.9 % and 0.005 % were measured.
    @Test(arguments: [(Arithmetic.Precision.bf16, 1e-3...6e-2), (.bf16x3, 0...2e-4)])
    func lessPrecisionIsNear(precision: Arithmetic.Precision, bounds: ClosedRange<Float>) async throws {
        let model = try Decoder(ModelSource(path: #require(RealModel.path)))
        let sequences = try RealModel.reference().records.map(\.sequence).filter { $0.ids.count > 16 }.prefix(
            2)
        func scores() async throws -> [Float] {
            try await headScores(
                of: model, on: Array(sequences), reduction: .exampleMean, packTokens: 512, workers: 2
            ).signed.elements
        }
        let exact = try await scores()
        let rounded = try await Arithmetic.$current.withValue(Arithmetic(precision: precision)) {
            try await scores()
        }
        let (difference, scale) = distance(rounded, exact)
        #expect(bounds.contains(difference / scale), "\(difference) of \(scale)")
    }

    /// The way of layer 1 from zero is the steepest of the model: 20 points alone miss most of what they should add up to.
    @Test func integralsAreCompleteWhereTheWayIsSteep() async throws {
        let model = try Decoder(ModelSource(path: #require(RealModel.path)))
        let ids = Array(try #require(try RealModel.reference().records.first).sequence.ids.prefix(12))
        let probe = Probe(TokenSequence(ids: ids, supervised: ids.indices.map { $0 >= 8 }))
        let layer = Array(model.heads..<2 * model.heads)
        func completeness(refined: Bool) async throws -> Completeness {
            let recipe = Recipe(.gateIG, isRefined: refined)
            let found = try await attribution(
                of: model, on: [probe], by: recipe, heads: layer, packTokens: 512, workers: 1)
            return try #require(found.completeness)
        }
        let (plain, refined) = (
            try await completeness(refined: false), try await completeness(refined: true)
        )
        #expect(refined.error < 0.01 && plain.error > 0.02, "\(plain), \(refined)")
        #expect(plain.most.points == 20 && refined.most.points > 20)
    }
}
