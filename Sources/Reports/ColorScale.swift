/// Turns numbers into colours of even perceived steps.
public struct ColorScale: Sendable, Equatable {
    /// The colours from the lowest number to the highest.
    public enum Palette: Sendable, Equatable {
        /// Dark violet over green to yellow (viridis): amounts from zero.
        case sequential
        /// Blue over near-white to red: numbers below and above zero.
        case diverging
    }

    /// The colours.
    public let palette: Palette
    /// The magnitude that has the last colour.
    public let limit: Double

    /// Amounts from zero to the largest of `values`.
    public static func amounts(_ values: some Sequence<Double>) -> ColorScale {
        ColorScale(palette: .sequential, limit: largest(values))
    }

    /// Numbers from −m to m, where m is the largest magnitude among `values`.
    public static func signed(_ values: some Sequence<Double>) -> ColorScale {
        ColorScale(palette: .diverging, limit: largest(values))
    }

    /// The colour of a number as `#rrggbb`. Colours step with the square root of the magnitude, so that a few strong
    /// heads do not leave the others all alike.
    public func color(of value: Double) -> String {
        let root = (min(value.magnitude, limit) / limit).squareRoot()
        return switch palette {
        case .sequential: mixed(viridis, at: root)
        case .diverging: mixed(blueToRed, at: 0.5 + (value < 0 ? -root : root) / 2)
        }
    }

    /// Numbers at even steps along the colours, `count` of them from the lowest to the highest.
    func samples(_ count: Int) -> [Double] {
        (0..<count).map { step in
            let place = Double(step) / Double(count - 1)
            switch palette {
            case .sequential: return place * place * limit
            case .diverging:
                let side = 2 * place - 1
                return side * side.magnitude * limit
            }
        }
    }
}

private func largest(_ values: some Sequence<Double>) -> Double {
    let largest = values.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
    return largest > 0 ? largest : 1
}

private func mixed(_ colors: [UInt32], at place: Double) -> String {
    let position = min(max(place, 0), 1) * Double(colors.count - 1)
    let below = min(Int(position), colors.count - 2)
    let share = position - Double(below)
    var color = "#"
    for shift in [UInt32(16), 8, 0] {
        let low = Double(colors[below] >> shift & 0xff)
        let high = Double(colors[below + 1] >> shift & 0xff)
        let part = String(Int((low + share * (high - low)).rounded()), radix: 16)
        color += part.count == 1 ? "0" + part : part
    }
    return color
}

// Anchors of matplotlib's viridis and ColorBrewer's RdBu, reversed.
private let viridis: [UInt32] = [
    0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26,
    0xfde725,
]
private let blueToRed: [UInt32] = [
    0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b,
    0x67001f,
]
