/// Which hypotheses to reject so that at most the share `rate` of the rejected is expected to be rejected wrongly, and
/// for each the smallest rate at which it would be.
///
/// - Parameter p: chances under each hypothesis; NaN is never rejected and not counted.
/// - Returns: adjusted chances (q-values), in the order of `p`; reject where one is at most the rate.
/// - Source: Benjamini and Hochberg, 1995.
public func benjaminiHochberg(_ p: [Double]) -> [Double] {
    let order = p.indices.filter { !p[$0].isNaN }.sorted { p[$0] < p[$1] }
    var adjusted = p.map { _ in Double.nan }
    var smallest = 1.0
    for (place, index) in order.enumerated().reversed() {
        smallest = min(smallest, p[index] * Double(order.count) / Double(place + 1))
        adjusted[index] = smallest
    }
    return adjusted
}
