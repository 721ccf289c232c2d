/// Strings and their escapes.
extension JSONReader {
    mutating func string() throws(Failure) -> String {
        var utf8: [UInt8] = []
        try appendString(to: &utf8)
        return String(decoding: utf8, as: UTF8.self)
    }

    /// Reads a string and appends its UTF-8.
    mutating func appendString(to output: inout [UInt8]) throws(Failure) {
        try expect(UInt8(ascii: "\""))
        while position < bytes.count {
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "\""),
                bytes[position] != UInt8(ascii: "\\"), bytes[position] >= 0x20
            { position += 1 }
            output.append(contentsOf: bytes[start..<position])
            guard position < bytes.count else { break }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): try appendEscape(to: &output)
            default: throw failure("a string holds a bare control character")
            }
        }
        throw failure("the file ends inside a string")
    }

    private mutating func appendEscape(to output: inout [UInt8]) throws(Failure) {
        guard position + 1 < bytes.count else { throw failure("the file ends inside a string") }
        let escaped = bytes[position + 1]
        position += 2
        switch escaped {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(escaped)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): output.append(contentsOf: String(try escapedScalar()).utf8)
        default: throw failure("a string holds an unknown escape")
        }
    }

    private mutating func escapedScalar() throws(Failure) -> Character {
        var value = try fourHexDigits()
        if 0xD800..<0xDC00 ~= value, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            let low = try fourHexDigits()
            guard 0xDC00..<0xE000 ~= low else { throw failure("a string holds half a surrogate pair") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw failure("a string holds half a surrogate pair")
        }
        return Character(scalar)
    }

    private mutating func fourHexDigits() throws(Failure) -> UInt32 {
        guard position + 4 <= bytes.count else { throw failure("the file ends inside a string") }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("an escape is not hexadecimal")
            }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}
