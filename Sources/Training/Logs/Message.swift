/// A protocol buffer as it is sent: as much of the format as TensorBoard's events need.
struct Message {
    private(set) var bytes: [UInt8] = []

    /// Adds a number of variable length.
    mutating func append(_ field: Int, _ value: Int) {
        key(field, type: 0)
        variable(UInt64(bitPattern: Int64(value)))
    }

    /// Adds a number of eight bytes.
    mutating func append(_ field: Int, _ value: Double) {
        key(field, type: 1)
        bytes += littleEndian(value.bitPattern)
    }

    /// Adds a number of four bytes.
    mutating func append(_ field: Int, _ value: Float) {
        key(field, type: 5)
        bytes += littleEndian(value.bitPattern)
    }

    /// Adds a text.
    mutating func append(_ field: Int, _ value: String) { append(field, content: Array(value.utf8)) }

    /// Adds a message within this one.
    mutating func append(_ field: Int, _ value: Message) { append(field, content: value.bytes) }

    /// Adds bytes.
    mutating func append(_ field: Int, content: [UInt8]) {
        key(field, type: 2)
        variable(UInt64(content.count))
        bytes += content
    }

    private mutating func key(_ field: Int, type: Int) { variable(UInt64(field << 3 | type)) }

    private mutating func variable(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// The bytes of a number, the lowest first.
func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
