/// How tokens become text again: steps over a list of strings, joined at the end.
struct TokenDecoder: Sendable {
    /// One step; its strings are the tokens, or what the step before it made of them.
    enum Step: Sendable {
        /// Each character of the byte alphabet as its byte, all in one string.
        case byteLevel

        /// Neighboring tokens `<0x00>` to `<0xFF>` as the characters that their bytes spell.
        case byteFallback

        /// All in one string.
        case fuse

        /// Up to so many of a character off the front and the back.
        case strip(Unicode.Scalar, front: Int, back: Int)

        case replace(TextPattern, with: [UInt8])

        /// The replacement as a space; dropped in the first string if one was added there.
        case metaspace(replacement: [UInt8], dropsFirst: Bool)

        /// A space before each word but the first, and none before a token with the prefix.
        case wordPiece(prefix: [UInt8], cleansUp: Bool)

        /// The suffix of words as a space, in the last string as nothing.
        case suffix([UInt8])
    }

    let steps: [Step]

    /// Without any decoder the reference puts spaces between tokens.
    let separator: [UInt8]

    init(steps: [Step], separator: [UInt8] = []) { (self.steps, self.separator) = (steps, separator) }

    static let byteLevel = TokenDecoder(steps: [.byteLevel])

    /// Whether tokens are nothing but bytes in the byte alphabet.
    var isByteLevel: Bool { if steps.count == 1, case .byteLevel = steps[0] { true } else { false } }

    /// The bytes of the text of tokens.
    func bytes(of tokens: [[UInt8]]) -> [UInt8] {
        var strings = tokens
        let limit = longestText(from: tokens.reduce(0) { $0 + $1.count })
        for step in steps {
            strings = step.applied(to: strings)
            guard strings.reduce(0, { $0 + $1.count }) <= limit else {
                TokenizerFault.note("decoder", "makes more than \(limit) bytes of a text")
                return []
            }
        }
        return Array(strings.joined(separator: separator))
    }

    /// What a token stands for in the middle of a text.
    func bytes(of token: [UInt8]) -> [UInt8] {
        if steps.isEmpty { return separator + token }
        // There are many tokens, and none becomes long.
        let limit = 64 * token.count + 4096
        var bytes = token
        for step in steps {
            if case .fuse = step { return bytes }
            bytes = step.appliedInside(bytes)
            guard bytes.count <= limit else {
                TokenizerFault.note("decoder", "makes more than \(limit) bytes of a token")
                return []
            }
        }
        return bytes
    }
}
