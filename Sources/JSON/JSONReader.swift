/// Reads JSON from its bytes in one pass, so that a vocabulary need not become a tree first.
struct JSONReader {
    /// What the reader complains of, before the path is known.
    struct Failure: Error {
        let reason: String
    }

    let bytes: [UInt8]
    var position = 0

    /// Values nested deeper than this are refused: nothing that we read is.
    private static let deepest = 64

    /// - Parameter bytes: valid UTF-8.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func failure(_ reason: String) -> Failure {
        let line = 1 + bytes[..<min(position, bytes.count)].count { $0 == 0x0A }
        return Failure(reason: "\(reason) at byte \(position) (line \(line))")
    }

    /// The next byte that is not white space, which stays unread.
    mutating func peek() throws(Failure) -> UInt8 {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return bytes[position]
            }
        }
        throw failure("the file ends too early")
    }

    mutating func expect(_ byte: UInt8) throws(Failure) {
        let found = try peek()
        if found != byte {
            throw failure("expected '\(Unicode.Scalar(byte))', found '\(Unicode.Scalar(found))'")
        }
        position += 1
    }

    /// Reads an object; `body` reads the value of each key.
    mutating func object(_ body: (inout JSONReader, String) throws(Failure) -> Void) throws(Failure) {
        try members { (reader) throws(Failure) in
            let key = try reader.string()
            try reader.expect(UInt8(ascii: ":"))
            try body(&reader, key)
        }
    }

    /// Reads an object; `body` reads each key, colon and value.
    mutating func members(_ body: (inout JSONReader) throws(Failure) -> Void) throws(Failure) {
        try sequence(from: UInt8(ascii: "{"), to: UInt8(ascii: "}"), body)
    }

    /// Reads an array; `body` reads each element.
    mutating func array(_ body: (inout JSONReader) throws(Failure) -> Void) throws(Failure) {
        try sequence(from: UInt8(ascii: "["), to: UInt8(ascii: "]"), body)
    }

    private mutating func sequence(
        from open: UInt8, to close: UInt8, _ body: (inout JSONReader) throws(Failure) -> Void
    ) throws(Failure) {
        try expect(open)
        if try peek() == close {
            position += 1
            return
        }
        while true {
            try body(&self)
            if try peek() == close { break }
            try expect(UInt8(ascii: ","))
        }
        position += 1
    }

    mutating func end() throws(Failure) {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        if position < bytes.count { throw failure("something follows the end of the value") }
    }

    /// Reads a whole number that can be a token id.
    mutating func id() throws(Failure) -> Int32 {
        _ = try peek()
        let start = position
        var id: Int32 = 0
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            let (tens, tooMany) = id.multipliedReportingOverflow(by: 10)
            let (sum, tooLarge) = tens.addingReportingOverflow(Int32(digit))
            if tooMany || tooLarge { throw failure("a token id is too large") }
            id = sum
            position += 1
        }
        if position == start { throw failure("expected a token id") }
        return id
    }

    mutating func finiteNumber() throws(Failure) -> Double {
        _ = try peek()
        guard let number = number(), number.isFinite else { throw failure("expected a number") }
        return number
    }

    private mutating func number() -> Double? {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
                position += 1
                continue
            default: break
            }
            break
        }
        return Double(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    /// Reads any value as a tree.
    mutating func value(depth: Int = 0) throws(Failure) -> JSONValue {
        if depth > Self.deepest { throw failure("values are nested more than \(Self.deepest) deep") }
        let first = try peek()
        switch first {
        case UInt8(ascii: "{"):
            var members: [String: JSONValue] = [:]
            try object { (reader, key) throws(Failure) in members[key] = try reader.value(depth: depth + 1) }
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try array { (reader) throws(Failure) in elements.append(try reader.value(depth: depth + 1)) }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default:
            guard let number = number() else { throw failure("expected a value") }
            return .number(number)
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(Failure) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("expected \(word)") }
        position += word.utf8.count
        return value
    }
}
