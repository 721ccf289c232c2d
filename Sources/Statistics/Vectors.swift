import Foundation
import Kernels

/// The mean of numbers in double precision, such as the losses of an example's tokens; no number of none.
public func mean(_ values: [Float]) -> Double {
    values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
}

/// The place of the largest number; the first of equals, and 0 of none.
public func indexOfLargest(_ values: [Double]) -> Int {
    values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
}

/// log Σ exp(x), without overflow.
public func logSumExp(_ x: [Double]) -> Double {
    let largest = x.max() ?? -.infinity
    guard largest.isFinite else { return largest }
    return largest + log(x.reduce(0) { $0 + exp($1 - largest) })
}

/// x·y over ‖x‖·‖y‖ of single-precision vectors, summed in double precision; 0 when either is all zeros.
public func cosine(_ x: [Float], _ y: [Float]) -> Double {
    var (product, own, other) = (0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
        product += Double(x * y)
        own += Double(x * x)
        other += Double(y * y)
    }
    return product / max((own * other).squareRoot(), 1e-12)
}

/// The Euclidean length.
public func norm(_ x: [Double]) -> Double { dot(x, x).squareRoot() }

/// x − y, number by number.
public func subtracting(_ x: [Double], _ y: [Double]) -> [Double] { x.indices.map { x[$0] - y[$0] } }

/// The mean of lists of equal length.
public func mean(_ lists: [[Double]]) -> [Double] {
    var sums = [Double](repeating: 0, count: lists.first?.count ?? 0)
    for list in lists { for index in sums.indices { sums[index] += list[index] } }
    return sums.map { $0 / Double(lists.count) }
}

/// The numbers over their sum, so that the sum is 1; `nil` when the sum is not above zero.
public func normalized(_ x: [Double]) -> [Double]? {
    let total = x.reduce(0, +)
    return total > 0 ? x.map { $0 / total } : nil
}
