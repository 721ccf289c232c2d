import Kernels
import Testing
import Transformers

/// Every sequence is in one pack, no pack is too large, and few packs are of about one size.
@Suite struct PacksTests {
    func lengths(_ count: Int, upTo most: Int) -> [Int] {
        var generator = SeededGenerator(seed: count)
        return (0..<count).map { _ in Int.random(in: 20...most, using: &generator) }
    }

    @Test(arguments: [0, 1, 2, 3, 5, 24, 500], [100, 384])
    func eachSequenceOnce(_ count: Int, _ tokens: Int) {
        let lengths = lengths(count, upTo: 300)
        let packs = Packs(lengths: lengths, tokens: tokens).members
        #expect(packs.flatMap(\.self).sorted() == Array(0..<count))
        #expect(packs.allSatisfy { !$0.isEmpty })
        #expect(packs.allSatisfy { $0.count == 1 || $0.reduce(0) { $0 + lengths[$1] } <= tokens })
    }

    @Test(arguments: [400, 10]) func theShortestComeFirstAndAlone(_ tokens: Int) {
        let lengths = lengths(40, upTo: 200)
        let order = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        #expect(Packs(lengths: lengths, tokens: tokens).members.prefix(2) == [[order[0]], [order[1]]])
    }

    @Test func workersHaveTheSameShare() {
        let lengths = lengths(26, upTo: 300)
        let sizes = Packs(lengths: lengths, tokens: 384).members.dropFirst(2).map {
            $0.reduce(0) { $0 + lengths[$1] }
        }
        #expect(sizes.count.isMultiple(of: 4))
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 80, "\(sizes)")
    }
}
