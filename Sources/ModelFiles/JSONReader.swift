/// Reads JSON text front to back, as far as the header of a safetensors file and the order of keys need it.
///
/// Foundation's parser keeps the last of two equal keys without a word, and the format forbids them.
struct JSONReader {
    let path: String
    private let part: String  // of the file, for messages
    private let text: [UInt8]
    private(set) var position = 0

    init(_ text: [UInt8], path: String, part: String = "header") {
        (self.text, self.path, self.part) = (text, path, part)
    }

    /// Passes over white space and gives the next byte, 0 at the end.
    private mutating func peek() -> UInt8 {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            default: return text[position]
            }
        }
        return 0
    }

    /// Passes over `character` if it is next.
    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(ModelFileError) {
        guard skip(character) else { throw malformed("\(character)") }
    }

    /// Checks that nothing but white space follows.
    mutating func expectEnd() throws(ModelFileError) {
        guard peek() == 0, position == text.count else { throw malformed("the end of the header") }
    }

    /// `{"key": value, …}`, each key once.
    mutating func object(
        _ member: (inout JSONReader, String) throws(ModelFileError) -> Void
    ) throws(ModelFileError) {
        try expect("{")
        guard !skip("}") else { return }
        var seen: Set<String> = []
        repeat {
            let key = try string()
            guard seen.insert(key).inserted else {
                throw .malformed(path: path, place: part, expected: "\"\(key)\" once", found: "it twice")
            }
            try expect(":")
            try member(&self, key)
        } while skip(",")
        try expect("}")
    }

    /// `[1, 2, …]`, whole numbers that are not negative.
    mutating func integers() throws(ModelFileError) -> [Int] {
        try expect("[")
        guard !skip("]") else { return [] }
        var numbers: [Int] = []
        repeat { numbers.append(try integer()) } while skip(",")
        try expect("]")
        return numbers
    }

    /// Passes over a value.
    mutating func skipValue() throws(ModelFileError) {
        switch peek() {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "{"): try object { (reader, _) throws(ModelFileError) in try reader.skipValue() }
        case UInt8(ascii: "["):
            position += 1
            guard !skip("]") else { return }
            repeat { try skipValue() } while skip(",")
            try expect("]")
        default:  // a number, true, false or null
            while position < text.count, !Self.endsWord.contains(text[position]) { position += 1 }
        }
    }

    private static let endsWord: Set<UInt8> = [0x20, 0x09, 0x0a, 0x0d, 0x2c, 0x5d, 0x7d]  // , ] }

    private mutating func integer() throws(ModelFileError) -> Int {
        _ = peek()
        var value = 0
        let start = position
        while position < text.count, case let digit = Int(text[position]) - 48, (0...9).contains(digit) {
            let (ten, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = ten.addingReportingOverflow(digit)
            guard !overflow, !overflow2 else { throw malformed("a number below 2^63") }
            value = sum
            position += 1
        }
        let digits = position - start
        guard digits > 0, digits == 1 || text[start] != 48 else { throw malformed("a whole number") }
        return value
    }

    mutating func string() throws(ModelFileError) -> String {
        try expect("\"")
        var bytes: [UInt8] = []
        while position < text.count {
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: bytes, as: UTF8.self) else { throw malformed("UTF-8") }
                return string
            case UInt8(ascii: "\\"): bytes += try escape().utf8
            case 0..<0x20: throw malformed("no control character in a string")
            default: bytes.append(byte)
            }
        }
        throw malformed("the end of a string")
    }

    /// The character that an escape stands for; the backslash was read before.
    private mutating func escape() throws(ModelFileError) -> String {
        guard position < text.count else { throw malformed("an escape") }
        defer { position += 1 }
        switch text[position] {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case let byte where [0x22, 0x5c, 0x2f].contains(byte): return String(UnicodeScalar(byte))
        case UInt8(ascii: "u"):
            let first = try codeUnit()
            guard UTF16.isLeadSurrogate(first) else {
                guard let scalar = UnicodeScalar(first) else { throw malformed("a character") }
                return String(scalar)
            }
            position += 1
            guard position + 1 < text.count, text[position] == 0x5c, text[position + 1] == UInt8(ascii: "u")
            else { throw malformed("the second half of a surrogate pair") }
            position += 1
            let second = try codeUnit()
            guard UTF16.isTrailSurrogate(second) else { throw malformed("a surrogate pair") }
            return String(decoding: [first, second], as: UTF16.self)
        default: throw malformed("an escape")
        }
    }

    /// Four hexadecimal digits after the `u` at the position, which moves to the last of them.
    private mutating func codeUnit() throws(ModelFileError) -> UInt16 {
        guard position + 4 < text.count else { throw malformed("four hexadecimal digits") }
        let digits = text[position + 1...position + 4]
        guard digits.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }),
            let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw malformed("four hexadecimal digits") }
        position += 4
        return value
    }

    /// The error that something else was expected at the position.
    func malformed(_ expected: String) -> ModelFileError {
        let found = text[position...].prefix(12)
        return .malformed(
            path: path, place: "\(part), character \(position)", expected: expected,
            found: found.isEmpty ? "the end" : "\"\(String(decoding: found, as: UTF8.self))\"")
    }
}
