import Foundation

extension TextMetric {
    /// BLEU of a corpus with exponential smoothing, equal to sacreBLEU 2's.
    ///
    /// - Source: Papineni et al. 2002; Chen and Cherry 2014, method 3; Post 2018.
    public static func bleu(_ tokenizer: BLEUTokenizer = .western, lowercase: Bool = false) -> TextMetric {
        TextMetric(
            name: "bleu", takesSeveralReferences: true,
            sums: { hypothesis, references in
                let lines = ([hypothesis] + references).map {
                    tokenizer.words(of: lowercase ? $0.lowercased() : $0)
                }
                let grams = NGrams(lines, orders: 4)
                let length = lines[0].count
                // The reference that is nearest in length, the shorter of two as near.
                let nearest = lines.dropFirst().map(\.count).min {
                    (abs($0 - length), $0) < (abs($1 - length), $1)
                }
                let matches = (1...4).map { grams.matches($0, with: 1..<lines.count) }
                let counts = (1...4).map { max(0, length - $0 + 1) }
                return (matches + counts + [length, nearest ?? 0]).map(Double.init)
            },
            value: { totals in
                let (matches, counts) = (totals[0..<4], totals[4..<8])
                guard matches.contains(where: { $0 > 0 }) else { return 0 }
                var (sum, smoothing) = (0.0, 1.0)
                for (match, count) in zip(matches, counts) {
                    guard count > 0 else { return 0 }  // no line has so many words
                    if match == 0 { smoothing *= 2 }
                    sum += log(match == 0 ? 1 / (smoothing * count) : match / count)
                }
                return 100 * min(1, exp(1 - totals[9] / totals[8])) * exp(sum / 4)
            })
    }
}
