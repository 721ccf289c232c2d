/// Which places of a mixture general examples take: as evenly spread as can be, so that the others keep their order and
/// no stretch of training is without them.
///
/// - Parameters:
///   - repair: the number of the others.
///   - general: the number of general examples.
/// - Returns: for each place whether a general example stands there.
public func interleaved(repair: Int, general: Int) -> [Bool] {
    let total = repair + general
    return (0..<total).map { ($0 + 1) * general / total > $0 * general / total }
}

/// How many general examples make up a share of a mixture.
public func generalCount(share: Double, repair: Int) -> Int {
    precondition((0..<1).contains(share), "a share of \(share)")
    return Int((share / (1 - share) * Double(repair)).rounded())
}
