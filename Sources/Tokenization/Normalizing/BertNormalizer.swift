import JSON

/// The cleaning that BERT's vocabularies expect.
struct BertNormalizer: Equatable {
    let cleansText: Bool
    let spacesIdeographs: Bool
    let stripsAccents: Bool
    let lowercases: Bool

    init(_ json: JSONValue) {
        cleansText = json["clean_text"]?.bool ?? true
        spacesIdeographs = json["handle_chinese_chars"]?.bool ?? true
        lowercases = json["lowercase"]?.bool ?? true
        stripsAccents = json["strip_accents"]?.bool ?? lowercases
    }

    private static let removed = ScalarSet(removedByCleaning)
    private static let nonspacing = ScalarSet(nonspacingMarkRanges)

    func normalized(_ text: [UInt8]) -> [UInt8] {
        var text = mappingScalars(text) { scalar, output in
            if cleansText, Self.removed.contains(scalar) { return }
            if cleansText, ScalarSet.whiteSpace.contains(scalar) { return output.append(0x20) }
            if spacesIdeographs, Self.isIdeograph(scalar) {
                output.append(0x20)
                appendUTF8(of: scalar, to: &output)
                return output.append(0x20)
            }
            appendUTF8(of: scalar, to: &output)
        }
        if stripsAccents {
            text = mappingScalars(CanonicalComposition.shared.decomposed(text)) { scalar, output in
                if !Self.nonspacing.contains(scalar) { appendUTF8(of: scalar, to: &output) }
            }
        }
        return lowercases ? mappingScalars(text, Lowercase.append) : text
    }

    /// The blocks that the reference sets apart. It begins one of them at U+2B920 where Unicode has U+2B820.
    private static func isIdeograph(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
