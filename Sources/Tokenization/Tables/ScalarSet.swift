/// A set of Unicode scalars, one bit each.
struct ScalarSet: Sendable {
    private var bits: [UInt64]

    /// - Parameter ranges: first and last scalar of each range, in order.
    init(_ ranges: [UInt32]) {
        bits = [UInt64](repeating: 0, count: Int(ranges.last ?? 0) / 64 + 1)
        for i in stride(from: 0, to: ranges.count, by: 2) {
            for scalar in Int(ranges[i])...Int(ranges[i + 1]) {
                bits[scalar / 64] |= 1 << UInt64(scalar % 64)
            }
        }
    }

    func contains(_ scalar: UInt32) -> Bool {
        let word = Int(scalar) / 64
        return word < bits.count && bits[word] >> UInt64(scalar % 64) & 1 != 0
    }

    /// `White_Space` of Unicode.
    static let whiteSpace = ScalarSet(spaceRanges)

    /// What the reference calls punctuation: ASCII's symbols among it.
    static let punctuation = ScalarSet(punctuationRanges)
}
