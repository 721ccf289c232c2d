import Foundation

/// A vector of length 1 in a byte a number: a scale, then the numbers over it. Cosines keep two to three digits.
struct StoredVector {
    let data: Data

    init(_ vector: [Float]) {
        let scale = max(vector.reduce(0) { max($0, abs($1)) } / 127, .leastNormalMagnitude)
        var bytes = (0..<4).map { UInt8(truncatingIfNeeded: scale.bitPattern >> (8 * UInt32($0))) }
        bytes += vector.map { number in
            let whole = (number / scale).rounded()
            return UInt8(bitPattern: whole.isFinite ? Int8(max(-127, min(127, whole))) : 0)
        }
        data = Data(bytes)
    }

    /// The numbers of a stored vector.
    static func numbers(_ data: Data) -> [Float] {
        let bytes = [UInt8](data)
        guard bytes.count > 4 else { return [] }
        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[$1]) << (8 * UInt32($1)) }
        let scale = Float(bitPattern: bits)
        return bytes.dropFirst(4).map { Float(Int8(bitPattern: $0)) * scale }
    }
}
