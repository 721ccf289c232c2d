public import Kernels

/// Whole numbers in proportion to shares that add up to `total`: each share's part rounded down, and what is left to
/// those that lost most by it (largest remainder; the first among equals).
///
/// - Parameters:
///   - total: the sum of the whole numbers; not negative.
///   - shares: none negative, at least one above zero.
public func apportioned(_ total: Int, by shares: [Double]) -> [Int] {
    let sum = shares.reduce(0, +)
    precondition(
        total >= 0 && sum > 0 && sum.isFinite && shares.allSatisfy { $0 >= 0 },
        "\(total) in shares of \(shares)")
    let exact = shares.map { Double(total) * $0 / sum }
    var counts = exact.map { Int($0) }
    let order = exact.indices.sorted { one, other in
        let (a, b) = (exact[one] - Double(counts[one]), exact[other] - Double(counts[other]))
        return (b, one) < (a, other)
    }
    var rest = total - counts.reduce(0, +)
    for index in order where rest > 0 && shares[index] > 0 {
        counts[index] += 1
        rest -= 1
    }
    return counts
}

/// Which of `available` items to take: `count` different ones, drawn at random, in random order.
///
/// - Parameters:
///   - count: how many to take.
///   - available: how many there are.
///   - repeating: whether all are taken again, as often as needed, when there are too few.
///   - generator: the source of random numbers.
/// - Returns: `nil` when there are too few and none may come twice.
public func drawn(
    _ count: Int, of available: Int, repeating: Bool, using generator: inout SeededGenerator
) -> [Int]? {
    guard count > 0 else { return [] }
    guard available > 0, repeating || count <= available else { return nil }
    var chosen: [Int] = []
    while chosen.count < count {
        chosen += (0..<available).shuffled(using: &generator).prefix(count - chosen.count)
    }
    return chosen
}
