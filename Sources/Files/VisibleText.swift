extension String {
    /// The text with every character that a terminal would obey written out, as in `\u001b`: control characters but line
    /// breaks and tabs, and those that turn the direction of writing. Inside a string of JSON it stays the same string.
    public var withoutControls: String {
        guard hasControl(utf8.span) else { return self }
        var shown = ""
        shown.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            if isControl(scalar) {
                let digits = String(scalar.value, radix: 16)
                shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// The same on one line.
    public var onOneLine: String {
        let breaks: [Character] = ["\n", "\r", "\r\n"]
        return split(whereSeparator: { breaks.contains($0) }).map {
            $0.trimmingPrefix(while: { $0 == " " || $0 == "\t" })
        }.joined(separator: " ").withoutControls
    }
}

/// Whether a text in UTF-8 has a control character, as ``isControl(_:)`` says of a scalar.
private func hasControl(_ text: Span<UInt8>) -> Bool {
    for place in text.indices {
        switch text[place] {
        case 0x09, 0x0A, 0x20..<0x7F: continue
        case 0..<0x20, 0x7F: return true
        case 0xC2 where text[place + 1] < 0xA0: return true
        case 0xE2 where text[place + 1] & 0xFE == 0x80:
            let code = 0x2000 | UInt32(text[place + 1] & 1) << 6 | UInt32(text[place + 2] & 0x3F)
            if Unicode.Scalar(code).map(isControl) ?? false { return true }
        default: continue
        }
    }
    return false
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F: true
    default: false
    }
}
