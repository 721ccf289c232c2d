import ChatTemplates

/// A JSON text as a value, and what of it is to be known besides.
struct ParsedJSON {
    var value = JSONValue.null
    /// The places of strings with half of a surrogate pair, as in `messages.0.content`; U+FFFD stands for the half.
    var halves: Set<String> = []
    /// Keys that stand twice in one object; the last counts, as in Python.
    var repeated: Set<String> = []
}

/// Reads a JSON text as Python's `json` does: NaN and infinities are numbers, and of equal keys the last counts.
struct JSONParser {
    private let bytes: ArraySlice<UInt8>
    var position: Int
    private var parsed = ParsedJSON()
    private var path: [String] = []

    /// Values nested deeper than this are refused.
    private static let deepest = 500

    /// - Parameter bytes: valid UTF-8.
    static func parse(_ bytes: ArraySlice<UInt8>) throws(BadLine) -> ParsedJSON {
        var parser = JSONParser(bytes: bytes, position: bytes.startIndex)
        parser.parsed.value = try parser.value()
        if parser.peek() != 0 { throw parser.bad("something follows the value") }
        return parser.parsed
    }

    private init(bytes: ArraySlice<UInt8>, position: Int) { (self.bytes, self.position) = (bytes, position) }

    private func bad(_ reason: String) -> BadLine {
        BadLine(reason: "it is not JSON: \(reason) at byte \(position - bytes.startIndex)")
    }

    /// Passes over white space and gives the next byte, 0 at the end.
    private mutating func peek() -> UInt8 {
        while position < bytes.endIndex {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return bytes[position]
            }
        }
        return 0
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(BadLine) -> JSONValue {
        if path.count > Self.deepest { throw bad("values are nested more than \(Self.deepest) deep") }
        switch peek() {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "N"): return try word("NaN", .double(.nan))
        case UInt8(ascii: "I"): return try word("Infinity", .double(.infinity))
        case 0 where position >= bytes.endIndex: throw bad("the text ends where a value must stand")
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(BadLine) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw bad("expected a value") }
        position += word.utf8.count
        return value
    }

    private mutating func object() throws(BadLine) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        var places: [String: Int] = [:]
        if skip("}") { return .object([]) }
        repeat {
            guard peek() == UInt8(ascii: "\"") else { throw bad("expected a key in quotes") }
            let key = try string()
            guard skip(":") else { throw bad("expected ':' after the key \"\(key)\"") }
            path.append(key)
            let member = JSONValue.Member(key, try value())
            path.removeLast()
            if let place = places[key] {
                parsed.repeated.insert(key)
                members[place] = member
            } else {
                places[key] = members.count
                members.append(member)
            }
        } while skip(",")
        guard skip("}") else { throw bad("expected ',' or '}'") }
        return .object(members)
    }

    private mutating func array() throws(BadLine) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        if skip("]") { return .array([]) }
        repeat {
            path.append("\(elements.count)")
            elements.append(try value())
            path.removeLast()
        } while skip(",")
        guard skip("]") else { throw bad("expected ',' or ']'") }
        return .array(elements)
    }

    private mutating func number() throws(BadLine) -> JSONValue {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if position < bytes.endIndex, bytes[position] == UInt8(ascii: "I") {
            _ = try word("Infinity", .null)
            return .double(-.infinity)
        }
        let whole = digits()
        if whole == 0 || (whole > 1 && bytes[position - whole] == UInt8(ascii: "0")) {
            position = start
            throw bad("expected a value")
        }
        var isWhole = true
        if position < bytes.endIndex, bytes[position] == UInt8(ascii: ".") {
            position += 1
            isWhole = false
            if digits() == 0 { throw bad("a number lacks the digits after its point") }
        }
        if position < bytes.endIndex, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            isWhole = false
            if position < bytes.endIndex, [0x2B, 0x2D].contains(bytes[position]) { position += 1 }
            if digits() == 0 { throw bad("a number lacks its exponent") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let number = Int(text) { return .int(number) }
        return .double(Double(text) ?? .nan)
    }

    private mutating func digits() -> Int {
        let start = position
        while position < bytes.endIndex, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return position - start
    }

    // MARK: Strings

    private mutating func string() throws(BadLine) -> String {
        position += 1
        var utf8: [UInt8] = []
        while position < bytes.endIndex {
            let start = position
            while position < bytes.endIndex, bytes[position] != 0x22, bytes[position] != 0x5C,
                bytes[position] >= 0x20
            { position += 1 }
            utf8.append(contentsOf: bytes[start..<position])
            guard position < bytes.endIndex else { break }
            switch bytes[position] {
            case 0x22:
                position += 1
                return String(decoding: utf8, as: UTF8.self)
            case 0x5C: try escape(&utf8)
            default: throw bad("a string holds a bare control character")
            }
        }
        throw bad("the text ends inside a string")
    }

    private mutating func escape(_ utf8: inout [UInt8]) throws(BadLine) {
        guard position + 1 < bytes.endIndex else { throw bad("the text ends inside a string") }
        let escaped = bytes[position + 1]
        position += 2
        switch escaped {
        case 0x22, 0x5C, 0x2F: utf8.append(escaped)
        case UInt8(ascii: "b"): utf8.append(0x08)
        case UInt8(ascii: "f"): utf8.append(0x0C)
        case UInt8(ascii: "n"): utf8.append(0x0A)
        case UInt8(ascii: "r"): utf8.append(0x0D)
        case UInt8(ascii: "t"): utf8.append(0x09)
        case UInt8(ascii: "u"): utf8.append(contentsOf: try scalar().utf8)
        default: throw bad("a string holds an unknown escape")
        }
    }

    /// The character of four hexadecimal digits, or of two times four.
    private mutating func scalar() throws(BadLine) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, bytes[position...].starts(with: [0x5C, UInt8(ascii: "u")]) {
            let start = position
            position += 2
            let second = try fourDigits()
            if (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
            position = start
        }
        parsed.halves.insert(path.joined(separator: "."))
        return "\u{FFFD}"
    }

    private mutating func fourDigits() throws(BadLine) -> UInt32 {
        guard position + 4 <= bytes.endIndex else { throw bad("the text ends inside a string") }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46, 0x61...0x66: digit = (byte | 0x20) - 0x61 + 10
            default: throw bad("an escape is not hexadecimal")
            }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}

extension JSONValue {
    /// What it is, for messages: "a number", "a list".
    var kind: String {
        switch self {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .int, .double: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// Whether it says nothing: null, or an empty string, list or object.
    var isEmpty: Bool {
        switch self {
        case .null: true
        case .string(let string): string.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        case .bool, .int, .double: false
        }
    }
}
