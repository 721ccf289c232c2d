import Kernels

/// +1 or −1 for each of `count` examples: which of a draw are swapped.
public func drawnSigns(_ count: Int, seed: Int, draw: Int) -> [Float] {
    var generator = SeededGenerator(seed: seed, stream: draw)
    var (bits, left) = (UInt64(0), 0)
    return (0..<count).map { _ in
        if left == 0 { (bits, left) = (generator.next(), 64) }
        defer { (bits, left) = (bits >> 1, left - 1) }
        return bits & 1 == 0 ? 1 : -1
    }
}

/// The chance of so large a sum of paired differences, on either side, if each could as well have had the other sign:
/// the permutation test that swaps before and after within an example.
///
/// Up to 16 differences that are not zero, all signs are tried and the chance is exact; beyond, `draws` are drawn at random.
///
/// - Returns: 1 where all differences are zero.
/// - Source: Fisher, 1935; for differences of ±1 it is McNemar's exact test.
public func signFlipP(_ differences: [Double], draws: Int = 9999, seed: Int = 0) -> Double {
    let values = differences.filter { $0 != 0 }
    guard !values.isEmpty else { return 1 }
    // Sums of the same numbers in another order differ by rounding.
    let least = abs(values.reduce(0, +)) - 1e-12 * values.reduce(0) { $0 + abs($1) }
    if values.count <= 16 {
        let all = 1 << values.count
        let extreme = (0..<all).count { signs in
            abs(values.indices.reduce(0) { $0 + (signs >> $1 & 1 == 0 ? values[$1] : -values[$1]) }) >= least
        }
        return Double(extreme) / Double(all)
    }
    let extreme = (0..<draws).count { draw in
        let signs = drawnSigns(values.count, seed: seed, draw: draw)
        return abs(values.indices.reduce(0) { $0 + Double(signs[$1]) * values[$1] }) >= least
    }
    return Double(1 + extreme) / Double(1 + draws)
}
