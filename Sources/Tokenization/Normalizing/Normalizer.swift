import JSON

/// What happens to text before it is split: steps, in order.
struct Normalizer: Sendable {
    let steps: [NormalizerStep]

    static let none = Normalizer(steps: [])
    static let composed = Normalizer(steps: [.composed])

    init(steps: [NormalizerStep]) { self.steps = steps }

    init(_ json: JSONValue, source: String) throws(TokenizerError) {
        if json == .null {
            steps = []
        } else if json["type"]?.string == "Sequence" {
            var steps: [NormalizerStep] = []
            for part in json["normalizers"]?.array ?? [] {
                steps += try Normalizer(part, source: source).steps
            }
            self.steps = steps
        } else {
            steps = try Self.steps(json, source: source)
        }
    }

    private static func steps(_ json: JSONValue, source: String) throws(TokenizerError) -> [NormalizerStep] {
        switch json["type"]?.string {
        case "NFC": return [.composed]
        case "NFD": return [.decomposed]
        case "NFKC": return [.compatible, .composed]
        case "NFKD": return [.compatible, .decomposed]
        case "Lowercase": return [.lowercase]
        case "StripAccents": return [.stripAccents]
        case "Strip":
            return [.strip(left: json["strip_left"]?.bool ?? true, right: json["strip_right"]?.bool ?? true)]
        case "ByteLevel": return [.byteCharacters]
        case "BertNormalizer": return [.bert(BertNormalizer(json))]
        case "Prepend":
            guard let prefix = json["prepend"]?.string else { throw lacks("prepend", json, source) }
            return [.prepend([UInt8](prefix.utf8))]
        case "Replace":
            guard let content = json["content"]?.string else { throw lacks("content", json, source) }
            let pattern = try TextPattern(
                json["pattern"] ?? .null, component: "normalizer Replace", source: source)
            return [.replace(pattern, with: [UInt8](content.utf8))]
        case "Precompiled":
            guard let map = json["precompiled_charsmap"]?.string.flatMap(CharacterMap.init(base64:)) else {
                throw lacks("precompiled_charsmap", json, source)
            }
            return [.map(map)]
        default:
            throw .unsupported(
                source: source, component: "normalizer", found: json.component,
                supported:
                    "BertNormalizer, ByteLevel, Lowercase, NFC, NFD, NFKC, NFKD, Precompiled, Prepend, Replace, "
                    + "Strip, StripAccents, Sequence of these")
        }
    }

    private static func lacks(_ key: String, _ json: JSONValue, _ source: String) -> TokenizerError {
        .malformed(source: source, reason: "the normalizer \(json.component) lacks a usable \"\(key)\"")
    }

    /// The text normalized; nil if it is so already.
    func normalized(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        if steps.isEmpty { return nil }
        if steps.count == 1, case .composed = steps[0] {
            return mayCompose(text, range) ? CanonicalComposition.shared.composed(text, range) : nil
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for i in range { bytes.append(text[i]) }
        let limit = longestText(from: range.count)
        for step in steps where bytes.count <= limit { bytes = step.applied(to: bytes, limit: limit) }
        if bytes.count > limit {
            TokenizerFault.note("normalizer", "makes more than \(limit) bytes of a text of \(range.count)")
        }
        return bytes
    }

    func normalized(_ text: String) -> [UInt8] {
        let bytes = [UInt8](text.utf8)
        return normalized(bytes.span, 0..<bytes.count) ?? bytes
    }

    /// Scalars below U+0300, whose UTF-8 begins below 0xCC, neither change nor compose with each other.
    private func mayCompose(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for i in range where text[i] >= 0xCC { return true }
        return false
    }
}
