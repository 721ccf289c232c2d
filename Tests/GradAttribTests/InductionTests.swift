import Statistics
import GradAttrib
import Kernels
import ModelFiles
import Synchronization
import Tensor
import TestSupport
import Testing
import Transformers

@Suite struct InductionTests {
    let task = RepeatedTokens(count: 5, length: 6, from: Array(3..<64), prefix: [1], seed: 7)

    @Test func halvesRepeatAndAllButTheirFirstAreSupervised() {
        for (half, start) in [(RepeatedTokens.Half.first, 1), (.second, 7)] {
            for sequence in task.sequences(supervising: half) {
                #expect(sequence.ids.count == 13 && sequence.ids[0] == 1)
                #expect(sequence.ids[1..<7] == sequence.ids[7..<13])
                #expect(sequence.ids.dropFirst().allSatisfy { (3..<64).contains($0) })
                #expect(
                    sequence.supervised.indices.filter { sequence.supervised[$0] }
                        == Array(start + 1..<start + 6))
            }
        }
        #expect(Set(task.halves).count == 5)
        #expect(task == RepeatedTokens(count: 5, length: 6, from: Array(3..<64), prefix: [1], seed: 7))
    }

    /// The same from the patterns of one sequence alone, cell by cell.
    @Test func scoresAreAttentionToWhatFollowed() async throws {
        let model = try Decoder(ModelSource(path: repositoryPath(TinyModel.all[0].model)))
        let scores = await inductionScores(of: model, on: task, packTokens: 30, workers: 2)
        let sequences = task.sequences(supervising: .second)
        for (example, sequence) in sequences.enumerated() {
            let seen = Mutex<[Int: Tensor]>([:])
            let batch = Batch([sequence])
            let tap = Tap([.pattern]) { site, x in
                seen.withLock { $0[site.layer] = x }
                return x
            }
            _ = model.hidden(batch, rows: batch.predicting, tap: tap)
            for layer in 0..<model.layers {
                let pattern = try #require(seen.withLock { $0[layer] })
                for head in 0..<model.heads {
                    // Queries 7…11 hold what 1…5 hold; what followed there stands at 2…6.
                    let mean =
                        (7...11).reduce(Float(0)) { sum, query in
                            sum + pattern.elements[(head * 13 + query) * 13 + query - 5]
                        } / 5
                    let found = scores[example, layer, head]
                    #expect(abs(found - mean) <= 1e-5)
                }
            }
        }
    }
}
