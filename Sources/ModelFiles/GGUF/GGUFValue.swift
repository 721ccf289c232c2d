/// A value of GGUF metadata.
enum GGUFValue: Sendable {
    case unsigned(UInt64)
    case signed(Int64)
    case real(Double)
    case boolean(Bool)
    case text(String)
    case array(GGUFArray)

    /// What it is, for error messages.
    var summary: String {
        switch self {
        case .unsigned(let value): "\(value)"
        case .signed(let value): "\(value)"
        case .real(let value): "\(value)"
        case .boolean(let value): "\(value)"
        case .text(let value): "\"\(value.prefix(40))\""
        case .array(let array): "an array of \(array.count)"
        }
    }
}

/// An array of GGUF metadata, checked but left in the file until somebody wants it.
struct GGUFArray: Sendable {
    let kind: GGUFValueKind
    let count: Int
    let offset: Int
}

/// The number that stands before a value in the file.
enum GGUFValueKind: UInt32, Sendable {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// The bytes that a value takes, or takes at least: a text has its length, an array its kind and count.
    var minimumSize: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64, .string: 8
        case .array: 12
        }
    }
}

extension ByteReader {
    /// Nested arrays exist in the format but in no known model; a few levels are more than enough.
    private static let deepestArray = 4

    /// The kind of the next value.
    mutating func valueKind(_ place: @autoclosure () -> String) throws(ModelFileError) -> GGUFValueKind {
        let number = try integer(UInt32.self, place())
        guard let kind = GGUFValueKind(rawValue: number) else {
            throw malformed(place(), expected: "a value type from 0 to 12", found: "\(number)")
        }
        return kind
    }

    /// The next value, whose kind was read before.
    mutating func value(
        _ kind: GGUFValueKind, depth: Int = 0, _ place: @autoclosure () -> String
    ) throws(ModelFileError) -> GGUFValue {
        switch kind {
        case .uint8: .unsigned(UInt64(try integer(UInt8.self, place())))
        case .uint16: .unsigned(UInt64(try integer(UInt16.self, place())))
        case .uint32: .unsigned(UInt64(try integer(UInt32.self, place())))
        case .uint64: .unsigned(try integer(UInt64.self, place()))
        case .int8: .signed(Int64(try integer(Int8.self, place())))
        case .int16: .signed(Int64(try integer(Int16.self, place())))
        case .int32: .signed(Int64(try integer(Int32.self, place())))
        case .int64: .signed(try integer(Int64.self, place()))
        case .float32: .real(Double(Float(bitPattern: try integer(UInt32.self, place()))))
        case .float64: .real(Double(bitPattern: try integer(UInt64.self, place())))
        case .bool: .boolean(try boolean(place()))
        case .string: .text(try text(place()))
        case .array: .array(try array(depth: depth, place()))
        }
    }

    private mutating func boolean(_ place: @autoclosure () -> String) throws(ModelFileError) -> Bool {
        let byte = try integer(UInt8.self, place())
        guard byte <= 1 else { throw malformed(place(), expected: "0 or 1", found: "\(byte)") }
        return byte == 1
    }

    /// Checks the next array and passes over it.
    private mutating func array(
        depth: Int, _ place: @autoclosure () -> String
    ) throws(ModelFileError) -> GGUFArray {
        guard depth < Self.deepestArray else {
            throw malformed(
                place(), expected: "at most \(Self.deepestArray) nested arrays", found: "one more inside")
        }
        let kind = try valueKind(place())
        let count = try count(of: kind.minimumSize, place())
        let array = GGUFArray(kind: kind, count: count, offset: offset)
        switch kind {
        case .string:
            for _ in 0..<count { skip(try self.count(of: 1, place())) }
        case .array:
            for _ in 0..<count { _ = try self.array(depth: depth + 1, place()) }
        default:
            skip(count * kind.minimumSize)
        }
        return array
    }
}
