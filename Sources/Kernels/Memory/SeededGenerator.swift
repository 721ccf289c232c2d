/// Random numbers that depend on a seed alone: SplitMix64.
///
/// - Source: Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts the stream of a seed; `stream` selects one of several independent streams of that seed.
    public init(seed: Int, stream: Int = 0) {
        state = UInt64(bitPattern: Int64(seed))
        let offset = next()
        state = offset &+ UInt64(bitPattern: Int64(stream)) &* 0xd134_2543_de82_ef95
        _ = next()
    }

    /// The next number of the stream.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
