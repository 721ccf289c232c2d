/// How the share of wrong ones among the rejected hypotheses is held down.
public enum FalseDiscovery: String, Sendable, CaseIterable {
    /// For tests that are independent, or lean the same way together.
    ///
    /// - Source: Benjamini and Hochberg, 1995.
    case bh
    /// For tests that depend on each other in any way; larger by the harmonic sum 1 + 1/2 + … + 1/m.
    ///
    /// - Source: Benjamini and Yekutieli, 2001.
    case by

    /// The authors.
    public var name: String { self == .bh ? "Benjamini–Hochberg" : "Benjamini–Yekutieli" }

    /// For each hypothesis the smallest false discovery rate at which it is rejected.
    ///
    /// - Parameter p: chances under each hypothesis; NaN is never rejected and not counted.
    /// - Returns: adjusted chances (q-values), in the order of `p`; reject where one is at most the rate.
    public func adjusted(_ p: [Double]) -> [Double] {
        let order = p.indices.filter { !p[$0].isNaN }.sorted { p[$0] < p[$1] }
        let factor = self == .bh ? 1 : order.indices.reduce(0.0) { $0 + 1 / Double($1 + 1) }
        var adjusted = p.map { _ in Double.nan }
        var smallest = 1.0
        for (place, index) in order.enumerated().reversed() {
            smallest = min(smallest, p[index] * factor * Double(order.count) / Double(place + 1))
            adjusted[index] = smallest
        }
        return adjusted
    }
}

/// The q-values of Benjamini and Hochberg; see ``FalseDiscovery/bh``.
public func benjaminiHochberg(_ p: [Double]) -> [Double] { FalseDiscovery.bh.adjusted(p) }

/// The q-values of Benjamini and Yekutieli; see ``FalseDiscovery/by``.
public func benjaminiYekutieli(_ p: [Double]) -> [Double] { FalseDiscovery.by.adjusted(p) }

/// The chance that the smallest of some tests' chances is so small, whatever depends on what (Bonferroni); `nil` without
/// a test. NaN is no test.
public func smallestOf(_ p: [Double]) -> Double? {
    let known = p.filter { !$0.isNaN }
    return known.min().map { min(1, $0 * Double(known.count)) }
}
