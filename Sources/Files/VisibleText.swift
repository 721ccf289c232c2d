extension String {
    /// The text with every character that a terminal would obey written out, as in `\u001b`: control characters but line
    /// breaks and tabs, and those that turn the direction of writing. Inside a string of JSON it stays the same string.
    public var withoutControls: String {
        guard utf8.contains(where: mayBeControl) else { return self }
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

/// The bytes with which a control character can begin in UTF-8.
private func mayBeControl(_ byte: UInt8) -> Bool {
    byte < 0x20 && byte != 0x0A && byte != 0x09 || byte == 0x7F || byte == 0xC2 || byte == 0xE2
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F: true
    default: false
    }
}
