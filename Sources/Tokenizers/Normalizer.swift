/// What happens to text before it is split.
enum Normalizer: Equatable {
    case none

    /// Unicode's composed form.
    case composed

    init(_ json: JSONValue, source: String) throws(TokenizerError) {
        switch json["type"].string {
        case nil where json == .null: self = .none
        case "NFC": self = .composed
        case "Sequence":
            self = .none
            for part in json["normalizers"].array ?? [] {
                if try Normalizer(part, source: source) == .composed { self = .composed }
            }
        default:
            throw .unsupported(
                source: source, component: "normalizer", found: json.kind,
                supported: "none, NFC, Sequence of these")
        }
    }

    /// The text normalized; nil if it is so already.
    func normalized(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        guard self == .composed, mayCompose(text, range) else { return nil }
        return CanonicalComposition.shared.composed(text, range)
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
