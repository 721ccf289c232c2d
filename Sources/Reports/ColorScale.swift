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
        let digits = String(palette.color(at: place(of: value)), radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// How far along the colours a number is, from 0 to 1.
    func place(of value: Double) -> Double {
        let root = (min(value.magnitude, limit) / limit).squareRoot()
        return palette == .sequential ? root : 0.5 + (value < 0 ? -root : root) / 2
    }

    /// The numbers of a map as a picture, a pixel for each; what is no number is see-through.
    func picture(_ values: [Double], width: Int) -> Picture {
        Picture(
            width: width, height: values.count / max(1, width),
            pixels: values.map { $0.isFinite ? 1 + UInt8((place(of: $0) * 254).rounded()) : 0 },
            palette: (0...254).map { palette.color(at: Double($0) / 254) })
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

extension ColorScale.Palette {
    /// The colour at a place from 0 to 1, as 0xrrggbb.
    func color(at place: Double) -> UInt32 {
        let colors = self == .sequential ? viridis : blueToRed
        let position = min(max(place, 0), 1) * Double(colors.count - 1)
        let below = min(Int(position), colors.count - 2)
        let share = position - Double(below)
        return [UInt32(16), 8, 0].reduce(0) { color, shift in
            let low = Double(colors[below] >> shift & 0xff)
            let high = Double(colors[below + 1] >> shift & 0xff)
            return color | UInt32((low + share * (high - low)).rounded()) << shift
        }
    }
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
