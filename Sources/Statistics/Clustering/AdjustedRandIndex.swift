/// How far two partitions of the same points agree: 1 for the same one, about 0 for partitions that have nothing to do
/// with each other, and below 0 for less agreement than by chance.
///
/// - Parameters:
///   - a: each point's part; the numbers are names.
///   - b: each point's part in the other partition.
/// - Source: Hubert and Arabie 1985.
public func adjustedRandIndex(_ a: [Int], _ b: [Int]) -> Double {
    precondition(a.count == b.count, "\(a.count) and \(b.count) points")
    func pairs(_ sizes: some Sequence<Int>) -> Double {
        sizes.reduce(0) { $0 + Double($1) * Double($1 - 1) / 2 }
    }
    func sizes(_ names: some Sequence<some Hashable>) -> [Int] {
        Array(names.reduce(into: [:]) { $0[$1, default: 0] += 1 }.values)
    }
    struct Cell: Hashable { let a, b: Int }
    let (inA, inB) = (pairs(sizes(a)), pairs(sizes(b)))
    let inBoth = pairs(sizes(zip(a, b).map { Cell(a: $0, b: $1) }))
    let all = pairs([a.count])
    guard all > 0 else { return 1 }
    let (expected, largest) = (inA * inB / all, (inA + inB) / 2)
    return largest == expected ? 1 : (inBoth - expected) / (largest - expected)
}
