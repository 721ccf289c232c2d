/// Many short byte strings, end to end in one array.
struct ByteStrings: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var ends: [Int] = []

    var count: Int { ends.count }

    func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }

    mutating func append(_ string: some Collection<UInt8>) {
        bytes.append(contentsOf: string)
        ends.append(bytes.count)
    }

    /// Adds the string that `body` appends to the bytes.
    mutating func append<Failure: Error>(
        _ body: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        try body(&bytes)
        ends.append(bytes.count)
    }

    mutating func reserve(strings: Int, bytes: Int) {
        ends.reserveCapacity(strings)
        self.bytes.reserveCapacity(bytes)
    }
}

/// A hash of bytes that come one by one (FNV-1a, with the high bits folded in).
struct RunningHash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    @inline(__always)
    mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

    @inline(__always)
    var value: Int { Int(truncatingIfNeeded: state ^ (state >> 29)) }
}

/// The hash of a byte string.
@inline(__always)
func hashOfBytes(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var hash = RunningHash()
    for i in range { hash.add(bytes[i]) }
    return hash.value
}

/// Whether two byte strings are equal.
@inline(__always)
func sameBytes(_ a: Span<UInt8>, _ x: Range<Int>, _ b: Span<UInt8>, _ y: Range<Int>) -> Bool {
    guard x.count == y.count else { return false }
    for i in 0..<x.count where a[x.lowerBound + i] != b[y.lowerBound + i] { return false }
    return true
}
