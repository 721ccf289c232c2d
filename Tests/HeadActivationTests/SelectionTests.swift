import Kernels
import HeadActivation
import Testing

@Suite struct SelectionTests {
    private let pool: HeadMeasurement
    private let target: HeadMeasurement

    /// A pool of four kinds of 25 examples each; the target is of the third.
    init() {
        var normal = Normal(6)
        let shared = normal.logNormal(50)
        let kinds = (0..<4).map { _ in zip(shared, normal.logNormal(50)).map { $0 + 0.7 * $1 } }
        let parts = kinds.enumerated().map {
            measured("pool", $0.element, examples: 25, seed: $0.offset, ids: "\($0.offset)-")
        }
        pool = HeadMeasurement(
            task: "pool", checkpoint: "base", layers: 5, heads: 10, signed: parts.flatMap(\.signed),
            loss: parts.flatMap(\.loss), ids: parts.flatMap(\.ids), tokens: parts.flatMap(\.tokens),
            supervisedTokens: parts.flatMap(\.supervisedTokens), provenance: tinyProvenance)
        target = measured("target", kinds[2], examples: 30, seed: 40)
    }

    @Test func findsExamplesOfTheTargetsKind() throws {
        let scores = try #require(PoolScores(pool: pool, target: target))
        for balance in [1.0, 0.7] {
            let chosen = scores.selected(20, balance: balance)
            #expect(Set(chosen).count == 20)
            #expect(chosen.count { $0 / 25 == 2 } >= 18)
        }
        #expect(scores.selected(20, balance: 1) == largestFirst(scores.scores, 20))
        #expect(scores.scores.allSatisfy { abs($0) <= 1 + 1e-9 })
    }

    @Test func avoidsTwins() throws {
        // Every example twice: without the rule of diversity the twins of the best come in too.
        let size = pool.layers * pool.heads
        let doubled = HeadMeasurement(
            task: "pool", checkpoint: "base", layers: 5, heads: 10, signed: pool.signed + pool.signed,
            loss: pool.loss + pool.loss, ids: pool.ids + pool.ids.map { "twin-" + $0 },
            tokens: pool.tokens + pool.tokens,
            supervisedTokens: pool.supervisedTokens + pool.supervisedTokens,
            provenance: tinyProvenance)
        #expect(doubled.signed.count == 200 * size)
        let scores = try #require(PoolScores(pool: doubled, target: target))
        let (diverse, greedy) = (scores.selected(10), scores.selected(10, balance: 1))
        #expect(Set(greedy.map { $0 % 100 }).count == 5 && Set(diverse.map { $0 % 100 }).count == 10)
        #expect(try #require(scores.redundancy(diverse)) < #require(scores.redundancy(greedy)))
        #expect(scores.redundancy([0]) == nil)
        #expect(abs(try #require(scores.redundancy([0, 100])) - 1) < 1e-5)
    }

    @Test func matchesLengths() {
        var generator = SeededGenerator(seed: 1)
        let lengths = (0..<200).map { Int32($0) }
        let chosen = Array(180..<200) + Array(0..<5)
        let matched = lengthMatchedSelection(chosen, lengths: lengths, using: &generator)
        #expect(matched.count == 25 && Set(matched).count == 25)
        #expect(matched.count { $0 >= 180 } == 20 && matched.count { $0 < 20 } == 5)
        #expect(Set(randomSelection(25, of: 200, using: &generator)).count == 25)
    }

    @Test func comparesWords() {
        let similarities = textSimilarities(
            ["The train leaves at nine", "def train(model): return loss", "A dog, a cat", ""],
            to: ["def loss(model)", "return model"])
        #expect(largestFirst(similarities, 1) == [1])
        #expect(similarities[2] == 0 && similarities[3] == 0 && similarities.allSatisfy { $0 <= 1 + 1e-12 })
        #expect(largestFirst([1, 3, 3, 2], 3) == [1, 2, 3])
        let nearest = nearestSimilarities([[1, 0], [0.6, 0.8], [-1, 0]], to: [[1, 0], [0, 1]])
        #expect(zip(nearest, [1, 0.8, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(nearestSimilarities([[1, 0]], to: []) == [0])
    }
}
