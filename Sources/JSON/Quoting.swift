/// A string as JSON: in quotes, with escapes for what cannot stand there as it is.
public func quoted(_ string: String, _ style: JSONWriter.Style = .python) -> String {
    if string.utf8.allSatisfy({ isPlain($0, style) }) { return "\"\(string)\"" }
    var text = "\""
    for scalar in string.unicodeScalars {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "\u{8}" where style.usesShortEscapes: text += "\\b"
        case "\u{C}" where style.usesShortEscapes: text += "\\f"
        case _ where scalar.value < 0x20 || style.isASCII && scalar.value > 0x7E:
            for unit in String(scalar).utf16 { text += unicodeEscape(unit) }
        default: text.unicodeScalars.append(scalar)
        }
    }
    return text + "\""
}

/// A code unit of UTF-16 as `\uXXXX`.
public func unicodeEscape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
}

private func isPlain(_ byte: UInt8, _ style: JSONWriter.Style) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        && (byte <= 0x7E || !style.isASCII)
}
