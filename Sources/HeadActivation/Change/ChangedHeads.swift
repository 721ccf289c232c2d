public import Statistics

/// How a head differs between two measurements.
public struct HeadChange: Sendable, Equatable {
    /// The head's layer.
    public let layer: Int
    /// The head within its layer.
    public let head: Int
    /// Its share of the activation before.
    public let before: Double
    /// Its share of the activation after.
    public let after: Double
    /// The difference of shares over its standard error.
    public let t: Double
    /// The chance of so large a |t| if the share had not changed.
    public let p: Double
    /// The smallest false discovery rate at which the head is listed; see `FalseDiscovery` of `Statistics`.
    public let q: Double
}

/// Tests for every head whether its share of the activation differs between two measurements.
///
/// Shares, because training lowers the loss and with it all activations. A share is a ratio of means, s = ā_h/Ā; an
/// example moves it by u_i = (a_ih − s·A_i)/Ā (A_i: the example's sum over heads), so its standard error is that of the
/// mean of u. Where both measurements have the same examples, the differences of u are taken example by example; else
/// the two variances add up (Welch).
///
/// - Parameters:
///   - before: the first state of the model.
///   - after: the second, on the same heads.
///   - control: how q is made of p: by default as Benjamini and Hochberg do.
/// - Returns: all heads, those of smallest q first; none when either activation is zero or has a single example.
public func changedHeads(
    _ before: HeadMeasurement, _ after: HeadMeasurement, control: FalseDiscovery = .bh
) -> [HeadChange] {
    precondition(
        before.layers == after.layers && before.heads == after.heads,
        "\(before.layers) × \(before.heads) and \(after.layers) × \(after.heads) heads")
    guard let first = ShareInfluence(before), let second = ShareInfluence(after) else { return [] }
    let isPaired = before.ids == after.ids
    let tests = first.shares.indices.map { head -> (t: Double, p: Double) in
        let test =
            isPaired
            ? paired(first, second, head) : welch(first, second, head)
        guard let test else { return (.nan, .nan) }
        let t = (second.shares[head] - first.shares[head]) / test.error
        return (t, twoSidedP(t: t, freedom: test.freedom))
    }
    let q = control.adjusted(tests.map(\.p))
    let changes = tests.indices.map { index in
        HeadChange(
            layer: index / before.heads, head: index % before.heads, before: first.shares[index],
            after: second.shares[index], t: tests[index].t, p: tests[index].p, q: q[index])
    }
    return changes.sorted { one, other in
        if one.q.isNaN != other.q.isNaN { return other.q.isNaN }
        return (one.q, other.t.magnitude) < (other.q, one.t.magnitude)
    }
}

/// What each example contributes to the heads' shares.
private struct ShareInfluence {
    let shares: [Double]
    private let measurement: HeadMeasurement
    private let totals: [Double]
    private let meanTotal: Double

    init?(_ measurement: HeadMeasurement) {
        guard measurement.examples > 1 else { return nil }
        let size = measurement.layers * measurement.heads
        var sums = [Double](repeating: 0, count: size)
        var totals: [Double] = []
        for example in 0..<measurement.examples {
            var total = 0.0
            for head in 0..<size {
                let score = Double(measurement.signed[example * size + head].magnitude)
                sums[head] += score
                total += score
            }
            totals.append(total)
        }
        guard let shares = normalized(sums) else { return nil }
        self.shares = shares
        self.measurement = measurement
        self.totals = totals
        meanTotal = totals.reduce(0, +) / Double(totals.count)
    }

    var examples: Int { totals.count }

    /// u of a head for each example; the mean is zero.
    func values(_ head: Int) -> [Double] {
        totals.indices.map { example in
            let score = Double(measurement.signed[example * shares.count + head].magnitude)
            return (score - shares[head] * totals[example]) / meanTotal
        }
    }
}

private func paired(
    _ first: ShareInfluence, _ second: ShareInfluence, _ head: Int
) -> (error: Double, freedom: Double)? {
    let count = Double(first.examples)
    let variance = meanVariance(subtracting(second.values(head), first.values(head)))
    return variance > 0 ? (variance.squareRoot(), count - 1) : nil
}

private func welch(
    _ first: ShareInfluence, _ second: ShareInfluence, _ head: Int
) -> (error: Double, freedom: Double)? {
    let (a, b) = (meanVariance(first.values(head)), meanVariance(second.values(head)))
    guard a + b > 0 else { return nil }
    let (n, m) = (Double(first.examples), Double(second.examples))
    return ((a + b).squareRoot(), (a + b) * (a + b) / (a * a / (n - 1) + b * b / (m - 1)))
}

/// The variance of the mean of independent numbers.
private func meanVariance(_ x: [Double]) -> Double {
    let count = Double(x.count)
    let middle = x.reduce(0, +) / count
    return x.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / (count - 1) / count
}
