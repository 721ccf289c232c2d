import Dispatch
import Foundation
import Kernels
public import Statistics
import Synchronization

extension HeadMeasurement {
    /// The correlation to expect between this activation pattern and that of as many other examples: the mean over 20
    /// random splits of the correlation r of the two halves' patterns, stepped up to the full size by 2r/(1 + r).
    ///
    /// - Returns: `nil` for fewer than four examples, or when a half has a constant pattern.
    /// - Source: Spearman and Brown, 1910.
    public func reliability(seed: Int = 0) -> Double? { reliabilityEstimate(seed: seed).value }

    /// The same with its 95 % interval, from leaving out a twentieth of the examples at a time (jackknife, in Fisher's
    /// z): a bootstrap would put one example into both halves. No interval for fewer than 20 examples.
    public func reliabilityEstimate(seed: Int = 0) -> Estimate {
        guard examples >= 4 else { return Estimate(value: nil, interval: nil) }
        let splits = 20
        let groups = examples >= 20 ? 20 : 0
        let found = Mutex([Int: [Double?]]())
        DispatchQueue.concurrentPerform(iterations: splits) { split in
            var generator = SeededGenerator(seed: seed, stream: -100 - split)
            let reliabilities = SplitHalves(self, groups: groups, using: &generator).reliabilities
            found.withLock { $0[split] = reliabilities }
        }
        let all = found.withLock { $0 }
        // The first is that of all examples, the others each lack a group.
        let means = (0...groups).map { place -> Double? in
            let values = (0..<splits).compactMap { all[$0]?[place] }
            return values.count == splits ? values.reduce(0, +) / Double(splits) : nil
        }
        return Estimate(value: means[0], interval: jackknifeInterval(means[0], Array(means[1...])))
    }

    /// The mean of |signed| over some of the examples: [layer, head].
    func activation(of chosen: ArraySlice<Int>) -> [Double] {
        sums(of: Array(chosen)).map { $0 / Double(chosen.count) }
    }
}

/// How many examples would give a pattern the wanted reliability, when `examples` of them gave `reliability`.
///
/// - Returns: `nil` where no number would: for a reliability that is not between 0 and 1.
/// - Source: Spearman and Brown, 1910, solved for the length.
public func examplesNeeded(for wanted: Double = 0.98, examples: Int, reliability: Double) -> Int? {
    guard reliability > 0, reliability < 1, wanted > 0, wanted < 1 else { return nil }
    let factor = wanted * (1 - reliability) / (reliability * (1 - wanted))
    let needed = (Double(examples) * factor).rounded(.up)
    return needed < 1e9 ? Int(needed) : nil
}

/// The 95 % interval of a correlation, of which `without` are the values when a group of examples is left out.
private func jackknifeInterval(_ value: Double?, _ without: [Double?]) -> Interval? {
    let z = without.compactMap { $0.flatMap { abs($0) < 1 ? atanh($0) : nil } }
    guard let value, abs(value) < 1, z.count == without.count, z.count > 1 else { return nil }
    let (count, middle) = (Double(z.count), z.reduce(0, +) / Double(z.count))
    let variance = z.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } * (count - 1) / count
    let reach = normalReach * variance.squareRoot()
    return Interval(low: tanh(atanh(value) - reach), high: tanh(atanh(value) + reach))
}

/// A measurement cut into two random halves.
private struct SplitHalves {
    /// Σ|signed| of each half and group of examples: [half][group][head].
    private let sums: [[[Double]]]

    init(_ measurement: HeadMeasurement, groups: Int, using generator: inout SeededGenerator) {
        let order = (0..<measurement.examples).shuffled(using: &generator)
        let (half, groups) = (order.count / 2, max(1, groups))
        sums = [order[..<half], order[half..<2 * half]].map { chosen in
            (0..<groups).map { group in measurement.sums(of: chosen.filter { $0 % groups == group }) }
        }
    }

    /// 2r/(1 + r) of the halves' patterns: of all examples, then, where there are groups, without each.
    var reliabilities: [Double?] {
        // A correlation is the same for sums as for means.
        let all = sums.map { half in combination(half, half.map { _ in 1 }) }
        let groups = sums[0].count == 1 ? [] : Array(sums[0].indices)
        return [stepped(all[0], all[1])]
            + groups.map { stepped(subtracting(all[0], sums[0][$0]), subtracting(all[1], sums[1][$0])) }
    }

    private func stepped(_ first: [Double], _ second: [Double]) -> Double? {
        guard let r = pearson(first, second), r > -1 else { return nil }
        return 2 * r / (1 + r)
    }
}

extension HeadMeasurement {
    /// The sum of |signed| over some of the examples: [layer, head].
    fileprivate func sums(of chosen: [Int]) -> [Double] {
        scores.sums(over: chosen) { $0.magnitude }
    }
}
