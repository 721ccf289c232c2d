import JSON

/// Spaces as a visible character, and a word from each of them to the next: SentencePiece's way.
struct Metaspace: Sendable {
    /// Where a space is put before the text.
    enum Prefix: String { case always, first, never }

    let replacement: [UInt8]
    let prefix: Prefix
    let splits: Bool

    static let underline: [UInt8] = [0xE2, 0x96, 0x81]  // ▁

    init(replacement: [UInt8] = underline, prefix: Prefix, splits: Bool) {
        (self.replacement, self.prefix, self.splits) = (replacement, prefix, splits)
    }

    init(_ json: JSONValue, source: String) throws(TokenizerError) {
        guard let replacement = json["replacement"]?.string, replacement.unicodeScalars.count == 1 else {
            throw .malformed(source: source, reason: "Metaspace's replacement is not one character")
        }
        let scheme =
            json["add_prefix_space"]?.bool == false ? "never" : json["prepend_scheme"]?.string ?? "always"
        guard let prefix = Prefix(rawValue: scheme) else {
            throw .unsupported(
                source: source, component: "prepend_scheme of Metaspace", found: "\"\(scheme)\"",
                supported: "always, first, never")
        }
        self.init(
            replacement: [UInt8](replacement.utf8), prefix: prefix, splits: json["split"]?.bool ?? true)
    }

    /// The pieces with spaces replaced, and split where they stand.
    ///
    /// - Parameter begins: whether the first piece begins the whole text.
    func split(_ text: Span<UInt8>, _ pieces: [Range<Int>], begins: Bool) -> (
        text: [UInt8], words: [Range<Int>], start: Int
    ) {
        var (output, words) = ([UInt8](), [Range<Int>]())
        for (index, piece) in pieces.enumerated() {
            let start = output.count
            if prefix == .always || prefix == .first && begins && index == 0, !startsMarked(text, piece) {
                output += replacement
            }
            for i in piece {
                if text[i] == 0x20 { output += replacement } else { output.append(text[i]) }
            }
            let whole = start..<output.count
            if splits {
                let matches = TextPattern.literal(replacement).matches(in: output.span, whole)
                words += SplitBehavior.mergedWithNext.pieces(of: whole, matches, inverted: false)
            } else {
                words.append(whole)
            }
        }
        return (output, words, 0)
    }

    private func startsMarked(_ text: Span<UInt8>, _ piece: Range<Int>) -> Bool {
        if text[piece.lowerBound] == 0x20 { return true }
        let end = piece.lowerBound + replacement.count
        return end <= piece.upperBound
            && sameBytes(text, piece.lowerBound..<end, replacement.span, 0..<replacement.count)
    }
}
