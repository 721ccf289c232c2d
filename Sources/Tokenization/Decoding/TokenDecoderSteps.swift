extension TokenDecoder.Step {
    func applied(to strings: [[UInt8]]) -> [[UInt8]] {
        switch self {
        case .byteLevel: return [Self.repaired(strings.flatMap(appliedInside))]
        case .byteFallback: return Self.joiningBytes(strings)
        case .fuse: return [Array(strings.joined())]
        case .strip, .replace: return strings.map(appliedInside)
        case .metaspace(let replacement, let dropsFirst):
            return strings.enumerated().map { index, string in
                let first = index == 0 && dropsFirst
                return TextPattern.literal(replacement).replacing(in: string, with: first ? [] : [0x20])
            }
        case .wordPiece(_, let cleansUp):
            return strings.enumerated().map { index, string in
                if index > 0 { return appliedInside(string) }
                return cleansUp ? Self.cleanedUp(string) : string
            }
        case .suffix(let suffix):
            return strings.enumerated().map { index, string in
                let last = index == strings.count - 1
                return TextPattern.literal(suffix).replacing(in: string, with: last ? [] : [0x20])
            }
        }
    }

    /// What becomes of a string in the middle of a text.
    func appliedInside(_ string: [UInt8]) -> [UInt8] {
        switch self {
        case .byteLevel:
            var bytes: [UInt8] = []
            ByteAlphabet.appendBytes(of: string.span, 0..<string.count, to: &bytes)
            return bytes
        case .byteFallback: return ByteFallback.byte(of: string).map { [$0] } ?? string
        case .fuse: return string
        case .strip(let scalar, let front, let back): return Self.stripped(string, scalar, front, back)
        case .replace(let pattern, let content): return pattern.replacing(in: string, with: content)
        case .metaspace(let replacement, _), .suffix(let replacement):
            return TextPattern.literal(replacement).replacing(in: string, with: [0x20])
        case .wordPiece(let prefix, let cleansUp):
            let continues = string.starts(with: prefix)
            let piece = continues ? Array(string.dropFirst(prefix.count)) : [0x20] + string
            return cleansUp ? Self.cleanedUp(piece) : piece
        }
    }

    private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](String(decoding: bytes, as: UTF8.self).utf8)
    }

    private static func joiningBytes(_ strings: [[UInt8]]) -> [[UInt8]] {
        var (output, bytes) = ([[UInt8]](), [UInt8]())
        func flush() {
            if bytes.isEmpty { return }
            let isText = String(validating: bytes, as: UTF8.self) != nil
            output.append(isText ? bytes : bytes.flatMap { _ in [0xEF, 0xBF, 0xBD] as [UInt8] })
            bytes = []
        }
        for string in strings {
            if let byte = ByteFallback.byte(of: string) {
                bytes.append(byte)
            } else {
                flush()
                output.append(string)
            }
        }
        flush()
        return output
    }

    private static func stripped(_ string: [UInt8], _ scalar: Unicode.Scalar, _ front: Int, _ back: Int)
        -> [UInt8]
    {
        var kept = String(decoding: string, as: UTF8.self).unicodeScalars[...]
        var (front, back) = (front, back)
        while front > 0, kept.first == scalar {
            kept.removeFirst()
            front -= 1
        }
        while back > 0, kept.last == scalar {
            kept.removeLast()
            back -= 1
        }
        return [UInt8](String(kept).utf8)
    }

    /// English as it is written, after spaces were put between words.
    private static func cleanedUp(_ string: [UInt8]) -> [UInt8] {
        var text = string
        if !text.contains(0x20) { return text }
        for (spaced, joined) in cleaning { text = spaced.replacing(in: text, with: joined) }
        return text
    }

    private static let cleaning: [(TextPattern, [UInt8])] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ].map { (.literal([UInt8]($0.utf8)), [UInt8]($1.utf8)) }
}
