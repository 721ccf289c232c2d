import Kernels
import Statistics
import Testing

@Suite struct AscendingTests {
    /// As a stable sort by comparisons, for short and long lists, with ties, signs, zeros and extremes.
    @Test(arguments: [0, 1, 2, 64, 65, 1000])
    func isAStableSort(_ count: Int) {
        var generator = SeededGenerator(seed: count)
        let kinds: [(inout SeededGenerator) -> Double] = [
            { Double.random(in: -1...1, using: &$0) }, { Double(Int.random(in: -3...3, using: &$0)) },
            { _ in 0.5 }, { Bool.random(using: &$0) ? 0.0 : -0.0 },
            {
                [-Double.infinity, .infinity, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 1e-300]
                    .randomElement(
                        using: &$0) ?? 0
            },
        ]
        for kind in kinds {
            let x = (0..<count).map { _ in kind(&generator) }
            #expect(ascending(x) == x.indices.sorted { (x[$0], $0) < (x[$1], $1) })
        }
    }
}
