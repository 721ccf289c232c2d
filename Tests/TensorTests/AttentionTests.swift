import Foundation
import Kernels
import TestSupport
import Testing

import Tensor

@Suite struct AttentionTests {
    /// The one op, blocks and all, against its two-step form with whole matrices; sequences longer than a block of queries
    /// and than a part of the keys.
    @Test(arguments: [1, 47, 48, 49, 150, 1300], [nil, 5, 70, 1100] as [Int?])
    func fusedMatchesPattern(positions: Int, window: Int?) {
        expectFusedMatchesPattern(positions, window: window, .causal)
    }

    @Test(arguments: [20, 1300], [nil, 5, 700] as [Int?])
    func fusedMatchesPatternWithoutOrder(positions: Int, window: Int?) {
        expectFusedMatchesPattern(positions, window: window, .full)
    }

    /// Ranges that begin and end inside of blocks, and that reach over several parts of the keys.
    @Test(arguments: [0..<40, 60..<61, 30..<1250, 1100..<1300], [nil, 70, 1100] as [Int?])
    func fusedMatchesPatternOverARange(range: Range<Int>, window: Int?) {
        expectFusedMatchesPattern(1300, window: window, .bidirectional(range))
    }

    /// A range of one position, or of none, shows nothing else than the causal mask does; one of all positions is
    /// the full mask.
    @Test func masksMeetAtTheirEnds() {
        var generator = SeededGenerator(seed: 8)
        let (q, k, v) = (generator.floats(600), generator.floats(600), generator.floats(600))
        func run(_ mask: AttentionMask) -> [Float] {
            let packing = Packing(lengths: [75])
            let shape = AttentionShape(
                heads: 2, keyValueHeads: 2, dHead: 4, scale: 0.5, queries: packing, keys: packing,
                masks: [mask])
            return shape.forward(q, k, v).z
        }
        #expect(run(.bidirectional(9..<10)) == run(.causal))
        #expect(run(.bidirectional(3..<3)) == run(.causal))
        #expect(run(.bidirectional(0..<75)) == run(.full))
        #expect(run(.full) != run(.causal))
    }

    /// A few last queries of many keys are as among all queries.
    @Test(arguments: [1, 8, 60], [nil, 1050] as [Int?])
    func lastQueriesAreAsAmongAll(queries: Int, window: Int?) {
        var generator = SeededGenerator(seed: queries)
        let keys = 1200
        let (q, k, v) = (
            generator.floats(keys * 32), generator.floats(keys * 16), generator.floats(keys * 16)
        )
        func run(_ count: Int) -> [Float] {
            let shape = AttentionShape(
                heads: 4, keyValueHeads: 2, dHead: 8, scale: 0.5, queries: Packing(lengths: [count]),
                keys: Packing(lengths: [keys]), window: window)
            return shape.forward(Array(q.suffix(count * 32)), k, v).z
        }
        #expect(largestDifference(run(queries), Array(run(keys).suffix(queries * 32))) < 1e-6)
    }

    /// So many keys that the last part of them holds a single one, which only the last query sees; by the definition, in
    /// double precision.
    @Test func aPartThatFewQueriesSee() {
        var generator = SeededGenerator(seed: 3)
        let (m, n, dHead) = (20, 64_513, 8)
        let shape = AttentionShape(
            heads: 1, keyValueHeads: 1, dHead: dHead, scale: 1, queries: Packing(lengths: [m]),
            keys: Packing(lengths: [n]))
        let q = generator.floats(m * dHead)
        let (k, v) = (generator.floats(n * dHead), generator.floats(n * dHead))
        let (z, lse) = shape.forward(q, k, v)
        for row in 0..<m {
            let weights = (0..<n - m + row + 1).map { key in
                exp(
                    (0..<dHead).reduce(0.0) { $0 + Double(q[row * dHead + $1]) * Double(k[key * dHead + $1]) }
                )
            }
            let sum = weights.reduce(0, +)
            #expect(abs(Double(lse[row]) - log(sum)) < 1e-5)
            for i in 0..<dHead {
                let read = weights.indices.reduce(0.0) { $0 + weights[$1] * Double(v[$1 * dHead + i]) } / sum
                #expect(abs(Double(z[row * dHead + i]) - read) < 1e-5)
            }
        }
    }

    func expectFusedMatchesPattern(_ positions: Int, window: Int?, _ mask: AttentionMask) {
        var generator = SeededGenerator(seed: positions)
        let packing = Packing(lengths: [positions])
        let shape = AttentionShape(
            heads: 6, keyValueHeads: 2, dHead: 16, scale: 0.25, queries: packing, keys: packing,
            window: window, cap: window.map { Float($0) }, masks: [mask])
        let q = Tensor(generator.floats(positions * 96).map { 4 * $0 }, shape: [positions, 6, 16]).tracked()
        let k = Tensor(generator.floats(positions * 32).map { 4 * $0 }, shape: [positions, 2, 16]).tracked()
        let v = Tensor(generator.floats(positions * 32), shape: [positions, 2, 16]).tracked()
        let weights = generator.floats(positions * 96)

        let fused = Tensor.attention(q, k, v, shape)
        let explicit = Tensor.reading(.pattern(q, k, shape), v, shape)
        // Either form rounds scores of up to 32 by up to 2e-6, and what is read, below 1, changes by as much.
        #expect(largestDifference(fused.elements, explicit.elements) < 4e-6)
        let a = fused.sum(weightedBy: weights).gradients(of: [q, k, v])
        let b = explicit.sum(weightedBy: weights).gradients(of: [q, k, v])
        for (x, y) in zip(a, b) { #expect(largestDifference(x.elements, y.elements) < 2e-5) }
    }

    /// Packed sequences do not see each other.
    @Test func packedIsOneByOne() {
        var generator = SeededGenerator(seed: 5)
        let lengths = [3, 70, 1]
        let packing = Packing(lengths: lengths)
        let rows = packing.rows
        let (q, k, v) = (generator.floats(rows * 8), generator.floats(rows * 8), generator.floats(rows * 8))
        func run(_ packing: Packing, _ range: Range<Int>) -> [Float] {
            let shape = AttentionShape(
                heads: 2, keyValueHeads: 2, dHead: 4, scale: 0.5, queries: packing, keys: packing)
            func part(_ x: [Float]) -> [Float] { Array(x[range.lowerBound * 8..<range.upperBound * 8]) }
            return shape.forward(part(q), part(k), part(v)).z
        }
        let packed = run(packing, 0..<rows)
        let alone = packing.sequences.flatMap { run(Packing(lengths: [$0.count]), $0) }
        #expect(largestDifference(packed, alone) < 1e-6)
    }

    /// Σ z·∂L/∂z = Σ A⊙∂L/∂A, which is the gate's gradient.
    @Test func gateGradientIsPatternGradient() {
        var generator = SeededGenerator(seed: 6)
        let packing = Packing(lengths: [9])
        let shape = AttentionShape(
            heads: 3, keyValueHeads: 1, dHead: 4, scale: 0.5, queries: packing, keys: packing)
        let q = Tensor(generator.floats(9 * 12), shape: [9, 3, 4])
        let k = Tensor(generator.floats(9 * 4), shape: [9, 1, 4])
        let v = Tensor(generator.floats(9 * 4), shape: [9, 1, 4])
        let weights = generator.floats(9 * 12)
        let pattern = Tensor.pattern(q, k, shape).tracked()
        let gates = Tensor(repeating: 1, shape: [1, 3]).tracked()
        let loss = Tensor.reading(pattern, v, shape).gated(by: gates, packing).activated(.silu)
            .sum(weightedBy: weights)
        let gradients = loss.gradients(of: [gates, pattern])
        for head in 0..<3 {
            let range = head * 81..<(head + 1) * 81
            let sum = zip(pattern.elements[range], gradients[1].elements[range]).reduce(0) {
                $0 + $1.0 * $1.1
            }
            #expect(abs(sum - gradients[0].elements[head]) < 1e-5)
        }
    }

    func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).map { abs($0 - $1) }.max() ?? 0
    }
}
