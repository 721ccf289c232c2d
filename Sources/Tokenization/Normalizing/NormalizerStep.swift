/// One thing that a normalizer does to a text.
enum NormalizerStep: Sendable {
    /// Unicode's composed form.
    case composed

    /// Unicode's decomposed form.
    case decomposed

    /// Each scalar replaced by what it is compatible with.
    case compatible

    case lowercase
    case stripAccents
    case strip(left: Bool, right: Bool)
    case prepend([UInt8])
    case replace(TextPattern, with: [UInt8])
    case bert(BertNormalizer)
    case map(CharacterMap)

    /// Each byte as its character of the byte alphabet.
    case byteCharacters

    private static let marks = ScalarSet(markRanges)

    /// - Parameter limit: The most bytes that a text may become.
    func applied(to text: [UInt8], limit: Int) -> [UInt8] {
        switch self {
        case .composed: CanonicalComposition.shared.composed(text.span, 0..<text.count) ?? text
        case .decomposed: CanonicalComposition.shared.decomposed(text)
        case .compatible: mappingScalars(text, Compatibility.append)
        case .lowercase: mappingScalars(text, Lowercase.append)
        case .stripAccents:
            mappingScalars(text) { if !Self.marks.contains($0) { appendUTF8(of: $0, to: &$1) } }
        case .strip(let left, let right): Self.stripped(text, left, right)
        case .prepend(let prefix): text.isEmpty ? text : prefix + text
        case .replace(let pattern, let content): pattern.replacing(in: text, with: content, limit: limit)
        case .bert(let bert): bert.normalized(text)
        case .map(let map): map.normalized(text, limit: limit)
        case .byteCharacters: text.flatMap(ByteAlphabet.utf8(of:))
        }
    }

    private static func stripped(_ text: [UInt8], _ left: Bool, _ right: Bool) -> [UInt8] {
        let scalars = String(decoding: text, as: UTF8.self).unicodeScalars
        var kept = scalars[...]
        func isSpace(_ scalar: Unicode.Scalar?) -> Bool {
            scalar.map { ScalarSet.whiteSpace.contains($0.value) } ?? false
        }
        while left, isSpace(kept.first) { kept.removeFirst() }
        while right, isSpace(kept.last) { kept.removeLast() }
        return [UInt8](String(kept).utf8)
    }
}
