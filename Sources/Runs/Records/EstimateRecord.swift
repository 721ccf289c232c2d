import Reports
public import Statistics

/// A statistic and its 95 % interval.
public struct EstimateRecord: Codable, Sendable {
    /// The statistic, and the ends of the interval; nil where there is none.
    public let value, low, high: Double?

    /// An estimate.
    public init(_ estimate: Estimate) {
        (value, low, high) = (estimate.value, estimate.interval?.low, estimate.interval?.high)
    }

    /// The number, and its interval in brackets.
    package func written(decimals: Int) -> String { written { fixed($0, decimals: decimals) } }

    /// The same as a share.
    package var percentage: String { written { percent($0, decimals: 1) } }

    private func written(_ number: (Double?) -> String) -> String {
        low.map { "\(number(value)) [\(number($0)), \(number(high))]" } ?? number(value)
    }
}

/// What a change of the loss means, in a sentence.
package func costSentence(_ name: String, _ loss: PairedChange, _ verdict: Verdict) -> String {
    loss.sentence(
        on: name, verdict, number: { fixed($0, decimals: 3) }, percentage: { percent($0, decimals: 1) },
        chance: { significant($0, digits: 2) })
}
