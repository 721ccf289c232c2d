/// Strings and their escapes.
extension JSONReader {
    /// Reads a string.
    public mutating func string() throws(JSONError) -> String {
        try expect(UInt8(ascii: "\""))
        let start = index
        passPlain()
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") {
            index += 1
            return try text(bytes[start..<index - 1])
        }
        var utf8 = Array(bytes[start..<index])
        try appendRest(to: &utf8)
        return try text(utf8[...])
    }

    /// Reads a string and appends its UTF-8, which is not checked.
    public mutating func appendString(to output: inout [UInt8]) throws(JSONError) {
        try expect(UInt8(ascii: "\""))
        try appendRest(to: &output)
    }

    private func text(_ utf8: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else {
            throw failure("a string is not UTF-8")
        }
        return text
    }

    /// Passes over bytes that stand for themselves.
    private mutating func passPlain() {
        while index < bytes.endIndex, case let byte = bytes[index], byte != UInt8(ascii: "\""),
            byte != UInt8(ascii: "\\"), byte >= 0x20
        { index += 1 }
    }

    /// What is left of a string, with the quote that ends it.
    private mutating func appendRest(to output: inout [UInt8]) throws(JSONError) {
        while true {
            let start = index
            passPlain()
            output.append(contentsOf: bytes[start..<index])
            guard index < bytes.endIndex else { throw failure("the text ends inside a string") }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return
            case UInt8(ascii: "\\"): try appendEscape(to: &output)
            default: throw failure("a string holds a bare control character")
            }
        }
    }

    private mutating func appendEscape(to output: inout [UInt8]) throws(JSONError) {
        guard index + 1 < bytes.endIndex else { throw failure("the text ends inside a string") }
        let escaped = bytes[index + 1]
        index += 2
        switch escaped {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(escaped)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): output.append(contentsOf: try escapedScalar().utf8)
        default: throw failure("a string holds an unknown escape")
        }
    }

    /// The character of four hexadecimal digits, or of two times four.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, bytes[index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
            let start = index
            index += 2
            let second = try fourDigits()
            if (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
            index = start
        }
        if dialect == .strict { throw failure("a string holds half a surrogate pair") }
        halfCharacters.insert(place)
        return "\u{FFFD}"
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.endIndex else { throw failure("the text ends inside a string") }
        var value: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46, 0x61...0x66: digit = (byte | 0x20) - 0x61 + 10
            default: throw failure("an escape is not hexadecimal")
            }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }
}
