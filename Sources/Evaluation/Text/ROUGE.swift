/// What ROUGE takes for words.
public enum ROUGETokens: String, CaseIterable, Sendable {
    /// Runs of a–z and 0–9 in lower case, as rouge-score has it: other scripts have no words.
    case ascii
    /// Runs of letters, marks and digits of any script; each ideograph and kana is a word.
    case unicode

    func words(of text: String) -> [Word] {
        var (words, word): ([Word], Word) = ([], [])
        for scalar in text.lowercased().unicodeScalars {
            let isWhole = self == .unicode && isWordByItself(scalar)
            if !isWhole && belongsToWord(scalar) {
                word.append(scalar)
            } else {
                words += [word, isWhole ? [scalar] : []]
                word = []
            }
        }
        return (words + [word]).filter { !$0.isEmpty }
    }

    private func belongsToWord(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .ascii: return ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
        case .unicode:
            let properties = scalar.properties
            switch properties.generalCategory {
            case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber: return true
            default: return properties.isAlphabetic
            }
        }
    }

    private func isWordByItself(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isIdeographic || (0x3041...0x30FF).contains(scalar.value)
    }
}

extension TextMetric {
    /// ROUGE-1 or ROUGE-2: F of the words, or pairs of words, that both have; the mean over lines.
    ///
    /// - Source: Lin 2004; equal to rouge-score's without stemming.
    public static func rouge(_ order: Int, _ tokens: ROUGETokens = .ascii) -> TextMetric {
        rouge("rouge\(order)") { hypothesis, reference in
            let lines = [tokens.words(of: hypothesis), tokens.words(of: reference)]
            let grams = NGrams(lines, orders: order)
            return harmonicMean(
                grams.matches(order, with: 1..<2), grams.total(order, 0), grams.total(order, 1))
        }
    }

    /// ROUGE-L: F of the longest common subsequence of words; the mean over lines.
    ///
    /// - Source: Lin 2004; equal to rouge-score's without stemming.
    public static func rougeL(_ tokens: ROUGETokens = .ascii) -> TextMetric {
        rouge("rougeL") { hypothesis, reference in
            let (a, b) = (tokens.words(of: hypothesis), tokens.words(of: reference))
            return harmonicMean(commonSubsequence(a, b), a.count, b.count)
        }
    }

    private static func rouge(
        _ name: String, _ score: @escaping @Sendable (_ hypothesis: String, _ reference: String) -> Double
    ) -> TextMetric {
        TextMetric(
            name: name, takesSeveralReferences: false,
            sums: { hypothesis, references in [score(hypothesis, references[0]), 1] },
            value: { $0[1] > 0 ? 100 * $0[0] / $0[1] : nil })
    }
}

/// F1 of what both have, from the sizes of both; 0 where one is empty.
private func harmonicMean(_ shared: Int, _ a: Int, _ b: Int) -> Double {
    a + b > 0 ? 2 * Double(shared) / Double(a + b) : 0
}
