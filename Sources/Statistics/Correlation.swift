import Kernels

/// How alike two patterns are.
public enum Similarity: String, Sendable, CaseIterable {
    /// The correlation of the numbers.
    case pearson
    /// The correlation of their ranks: the order of heads alone counts.
    case spearman
    /// The cosine of the angle between them, without taking out their means.
    case cosine

    /// From −1 to 1; `nil` when undefined: a constant list, or for the cosine one of zeros.
    public func of(_ x: [Double], _ y: [Double]) -> Double? {
        switch self {
        case .pearson: Statistics.pearson(x, y)
        case .spearman: Statistics.spearman(x, y)
        case .cosine: Statistics.cosine(x, y)
        }
    }
}

/// The correlation of two lists of numbers; `nil` when either is constant.
public func pearson(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "\(x.count) and \(y.count) numbers")
    guard let firstX = x.first, let firstY = y.first, x.contains(where: { $0 != firstX }),
        y.contains(where: { $0 != firstY })
    else { return nil }
    let n = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for index in x.indices {
        let (a, b) = (x[index] - meanX, y[index] - meanY)
        xx += a * a
        yy += b * b
        xy += a * b
    }
    let scale = xx.squareRoot() * yy.squareRoot()
    return scale > 0 ? min(1, max(-1, xy / scale)) : nil
}

/// The correlation of the ranks of two lists of numbers, ties sharing their mean rank; `nil` when either is constant.
public func spearman(_ x: [Double], _ y: [Double]) -> Double? { pearson(ranks(x), ranks(y)) }

/// x·y over ‖x‖·‖y‖; `nil` when either is all zeros.
public func cosine(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "\(x.count) and \(y.count) numbers")
    let scale = norm(x) * norm(y)
    return scale > 0 ? min(1, max(-1, dot(x, y) / scale)) : nil
}

/// The place of each number in ascending order, from 1; equal numbers share the mean of their places.
public func ranks(_ x: [Double]) -> [Double] {
    let order = ascending(x)
    var ranks = [Double](repeating: 0, count: x.count)
    var start = 0
    while start < order.count {
        var end = start + 1
        while end < order.count, x[order[end]] == x[order[start]] { end += 1 }
        for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
        start = end
    }
    return ranks
}
