import Foundation

/// An axis whose ticks are round numbers: 1, 2 or 5 times a power of ten apart, and around all values.
struct Axis: Sendable {
    /// The ticks, the first and the last being the ends.
    let ticks: [Double]
    private let step: Double

    /// An axis around values that are finite.
    init(_ values: [Double]) {
        var (low, high) = (values.min() ?? 0, values.max() ?? 1)
        if low == high { (low, high) = (low - 0.5, high + 0.5) }
        let raw = (high - low) / 5
        let power = pow(10, floor(log10(raw)))
        let step = ([1, 2, 5, 10].first { $0 * power >= raw } ?? 10) * power
        let (first, last) = (Int(floor(low / step + 1e-9)), Int(ceil(high / step - 1e-9)))
        ticks = (first...last).map { Double($0) * step }
        self.step = step
    }

    /// How far along the axis a value is, from 0 to 1.
    func share(_ value: Double) -> Double { (value - ticks[0]) / (ticks[ticks.count - 1] - ticks[0]) }

    /// A tick as its label, with as many decimals as tell ticks apart.
    func label(_ tick: Double) -> String { fixed(tick, decimals: max(0, Int(ceil(-log10(step) - 1e-9)))) }
}
