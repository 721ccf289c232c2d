import Foundation

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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for i in range { bytes.append(text[i]) }
        return [UInt8](String(decoding: bytes, as: UTF8.self).precomposedStringWithCanonicalMapping.utf8)
    }

    func normalized(_ text: String) -> String {
        self == .composed ? text.precomposedStringWithCanonicalMapping : text
    }

    /// Scalars below U+0300, whose UTF-8 begins below 0xCC, neither change nor compose with each other.
    private func mayCompose(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for i in range where text[i] >= 0xCC { return true }
        return false
    }
}
