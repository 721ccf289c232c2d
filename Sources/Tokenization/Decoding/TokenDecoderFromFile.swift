import JSON

extension TokenDecoder {
    /// The decoder of a section of `tokenizer.json`.
    init(_ json: JSONValue, source: String) throws(TokenizerError) {
        if json == .null {
            self.init(steps: [], separator: [0x20])
        } else {
            self.init(steps: try Self.steps(json, source: source))
        }
    }

    private static func steps(_ json: JSONValue, source: String) throws(TokenizerError) -> [Step] {
        switch json["type"]?.string {
        case "Sequence":
            var steps: [Step] = []
            for part in json["decoders"]?.array ?? [] { steps += try Self.steps(part, source: source) }
            return steps
        case "ByteLevel": return [.byteLevel]
        case "ByteFallback": return [.byteFallback]
        case "Fuse": return [.fuse]
        case "Strip": return [try strip(json, source: source)]
        case "Replace":
            let pattern = try TextPattern(
                json["pattern"] ?? .null, component: "decoder Replace", source: source)
            return [.replace(pattern, with: [UInt8]((json["content"]?.string ?? "").utf8))]
        case "Metaspace":
            let metaspace = try Tokenization.Metaspace(json, source: source)
            return [.metaspace(replacement: metaspace.replacement, dropsFirst: metaspace.prefix != .never)]
        case "WordPiece":
            let prefix = json["prefix"]?.string ?? "##"
            return [.wordPiece(prefix: [UInt8](prefix.utf8), cleansUp: json["cleanup"]?.bool ?? true)]
        case "BPEDecoder": return [.suffix([UInt8]((json["suffix"]?.string ?? "</w>").utf8))]
        default:
            throw .unsupported(
                source: source, component: "decoder", found: json.component,
                supported:
                    "BPEDecoder, ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Strip, WordPiece, Sequence of "
                    + "these")
        }
    }

    private static func strip(_ json: JSONValue, source: String) throws(TokenizerError) -> Step {
        guard let scalars = json["content"]?.string?.unicodeScalars, let scalar = scalars.first,
            scalars.count == 1,
            let front = json["start"]?.id, let back = json["stop"]?.id, front >= 0, back >= 0
        else {
            throw .malformed(
                source: source,
                reason: "the decoder Strip lacks its one character, or how often to take it off")
        }
        return .strip(scalar, front: Int(front), back: Int(back))
    }
}
