/// A writing system, as far as it tells languages apart.
public enum Script: String, Sendable, CaseIterable {
    case latin, cyrillic, greek, hebrew, arabic, devanagari, bengali, gurmukhi, gujarati, tamil, telugu,
        kannada,
        malayalam, thai, hangul, kana, han

    /// The code points of the letters of each script.
    private static let ranges: [(letters: ClosedRange<UInt32>, script: Script)] = [
        (0x41...0x5A, .latin),
        (0x61...0x7A, .latin),
        (0xC0...0x24F, .latin),
        (0x1E00...0x1EFF, .latin),
        (0x400...0x52F, .cyrillic),
        (0x370...0x3FF, .greek),
        (0x1F00...0x1FFF, .greek),
        (0x590...0x5FF, .hebrew),
        (0x600...0x6FF, .arabic),
        (0x750...0x77F, .arabic),
        (0xFB50...0xFDFF, .arabic),
        (0xFE70...0xFEFE, .arabic),
        (0x900...0x97F, .devanagari),
        (0x980...0x9FF, .bengali),
        (0xA00...0xA7F, .gurmukhi),
        (0xA80...0xAFF, .gujarati),
        (0xB80...0xBFF, .tamil),
        (0xC00...0xC7F, .telugu),
        (0xC80...0xCFF, .kannada),
        (0xD00...0xD7F, .malayalam),
        (0xE00...0xE7F, .thai),
        (0x1100...0x11FF, .hangul),
        (0x3130...0x318F, .hangul),
        (0xAC00...0xD7AF, .hangul),
        (0x3040...0x30FF, .kana),
        (0x31F0...0x31FF, .kana),
        (0x3400...0x4DBF, .han),
        (0x4E00...0x9FFF, .han),
        (0x20000...0x2FA1F, .han),
    ]

    /// The script of a letter; nil for what is none, or of another script.
    init?(of letter: Unicode.Scalar) {
        guard letter.properties.isAlphabetic,
            let found = Self.ranges.first(where: { $0.letters.contains(letter.value) })
        else { return nil }
        self = found.script
    }

    /// The script of most letters of a text; nil where it has none. Japanese is written in kana and han: a tenth of kana makes
    /// a text of both one in kana.
    public static func most(of text: String) -> Script? {
        var counts: [Script: Int] = [:]
        for letter in text.unicodeScalars {
            if let script = Script(of: letter) { counts[script, default: 0] += 1 }
        }
        let (kana, han) = (counts[.kana] ?? 0, counts[.han] ?? 0)
        if kana * 10 >= kana + han, kana > 0 {
            counts[.kana] = kana + han
            counts[.han] = nil
        }
        return counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key
    }

    /// The language that it alone tells; nil where several are written in it.
    var language: String? {
        switch self {
        case .latin, .cyrillic, .arabic, .devanagari: nil
        case .greek: "el"
        case .hebrew: "he"
        case .bengali: "bn"
        case .gurmukhi: "pa"
        case .gujarati: "gu"
        case .tamil: "ta"
        case .telugu: "te"
        case .kannada: "kn"
        case .malayalam: "ml"
        case .thai: "th"
        case .hangul: "ko"
        case .kana: "ja"
        case .han: "zh"
        }
    }
}

/// The main part of a language's code, under the name that is used here: `zh-Hans` is `zh`, `nb` is `no`.
public func mainLanguage(_ code: String) -> String {
    let main = String(code.lowercased().prefix { $0 != "-" && $0 != "_" })
    return ["nb": "no", "nn": "no", "fil": "tl", "in": "id", "iw": "he"][main] ?? main
}
