/// A writing system, as far as it tells languages apart.
public enum Script: String, Sendable, CaseIterable {
    case latin, cyrillic, greek, hebrew, arabic, devanagari, bengali, gurmukhi, gujarati, tamil, telugu,
        kannada,
        malayalam, thai, hangul, kana, han

    /// The code points of its letters.
    private var ranges: [ClosedRange<UInt32>] {
        switch self {
        case .latin: [0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x1E00...0x1EFF]
        case .cyrillic: [0x400...0x52F]
        case .greek: [0x370...0x3FF, 0x1F00...0x1FFF]
        case .hebrew: [0x590...0x5FF]
        case .arabic: [0x600...0x6FF, 0x750...0x77F, 0xFB50...0xFDFF, 0xFE70...0xFEFE]
        case .devanagari: [0x900...0x97F]
        case .bengali: [0x980...0x9FF]
        case .gurmukhi: [0xA00...0xA7F]
        case .gujarati: [0xA80...0xAFF]
        case .tamil: [0xB80...0xBFF]
        case .telugu: [0xC00...0xC7F]
        case .kannada: [0xC80...0xCFF]
        case .malayalam: [0xD00...0xD7F]
        case .thai: [0xE00...0xE7F]
        case .hangul: [0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7AF]
        case .kana: [0x3040...0x30FF, 0x31F0...0x31FF]
        case .han: [0x3400...0x4DBF, 0x4E00...0x9FFF, 0x20000...0x2FA1F]
        }
    }

    /// The script of a letter; nil for what is none, or of another script.
    init?(of letter: Unicode.Scalar) {
        guard letter.properties.isAlphabetic,
            let script = Script.allCases.first(where: { script in
                script.ranges.contains { $0.contains(letter.value) }
            })
        else { return nil }
        self = script
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
