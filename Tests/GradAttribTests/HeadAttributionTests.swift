import Statistics
import GradAttrib
import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

@Suite struct HeadAttributionTests {
    /// Σ A ⊙ ∂L/∂A with attention matrices kept, by PyTorch, one example at a time.
    @Test(arguments: TinyModel.all)
    func matchesMaterializedAttention(_ tiny: TinyModel) throws {
        let reference = try Reference(tiny.reference)
        let scores = try scores(tiny, .exampleMean)
        let expected = try reference.floats("signed_example_mean")
        let size = expected.count / scores.loss.count
        for example in scores.loss.indices {
            let range = example * size..<(example + 1) * size
            let (difference, scale) = distance(Array(scores.signed[range]), Array(expected[range]))
            #expect(difference <= 1e-4 * scale, "example \(example)")
        }
    }

    /// The authors' way: one loss for the batch, the mean over its supervised tokens.
    @Test(arguments: TinyModel.all)
    func batchTokenMeanMatchesTheAuthorsWay(_ tiny: TinyModel) throws {
        let expected = try Reference(tiny.reference).floats("signed_batch_token_mean")
        let (difference, scale) = distance(try scores(tiny, .batchTokenMean).signed, expected)
        #expect(difference <= 1e-4 * scale)
    }

    @Test func sumIsMeanTimesTokens() throws {
        let tiny = TinyModel.all[0]
        let (mean, sum) = (try scores(tiny, .exampleMean), try scores(tiny, .exampleSum))
        let counts = try targets(tiny)
        let size = mean.signed.count / counts.count
        for example in counts.indices {
            for i in example * size..<(example + 1) * size {
                #expect(
                    abs(mean.signed[i] * Float(counts[example]) - sum.signed[i]) <= 1e-4
                        * max(1, abs(sum.signed[i])))
            }
        }
    }

    @Test func batchOfFourIsCutInTheOrderOfTheFile() {
        #expect(
            Reduction.batchTokenMean.weights(targets: [1, 2, 3, 4, 5], batchSize: 4) == [
                0.1, 0.1, 0.1, 0.1, 0.2,
            ])
    }

    /// The first-order promise of the sign: a gate a little below one changes the loss by −ε·score.
    @Test func scoreIsTheSlopeOfTheGate() throws {
        let tiny = TinyModel.all[0]
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let batch = Batch([try TinyModel.sequences(Reference(tiny.reference))[2]])
        let weight = 1 / Float(batch.targets.count)
        let scores = headScores(of: model, on: batch, weights: [weight])
        func loss(head: Int, gate: Float) -> Double {
            let tap = Tap([.headOutput]) { site, z in
                guard site.layer == 1 else { return z }
                var gates = [Float](repeating: 1, count: model.heads)
                gates[head] = gate
                return z.gated(by: Tensor(gates, shape: [1, model.heads]), batch.packing)
            }
            return model.tokenLosses(batch, tap: tap).elements.reduce(0) { $0 + Double($1) } * Double(weight)
        }
        for head in 0..<model.heads {
            let slope = (loss(head: head, gate: 1.01) - loss(head: head, gate: 0.99)) / 0.02
            #expect(abs(slope - Double(scores.signed[model.heads + head])) < 2e-3)
        }
    }

    func targets(_ tiny: TinyModel) throws -> [Int] {
        Batch(try TinyModel.sequences(try Reference(tiny.reference))).targetPacking.sequences.map(\.count)
    }

    func scores(_ tiny: TinyModel, _ reduction: Reduction) throws -> HeadScores {
        let batch = Batch(try TinyModel.sequences(try Reference(tiny.reference)))
        let weights = reduction.weights(targets: try targets(tiny), batchSize: 5)
        return headScores(
            of: try Decoder(ModelSource(path: repositoryPath(tiny.model))), on: batch, weights: weights)
    }
}
