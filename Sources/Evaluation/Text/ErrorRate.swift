extension TextMetric {
    /// Word error rate: edits of words over words of the references; equal to jiwer's with its default transforms.
    public static func wordErrorRate(lowercase: Bool = false) -> TextMetric {
        errorRate("wer", lowercase: lowercase) { text in
            collapsed(text).split(separator: " ").map { Word($0) }
        }
    }

    /// Character error rate: edits of characters, spaces among them, over characters of the references; equal to jiwer's.
    public static func characterErrorRate(lowercase: Bool = false) -> TextMetric {
        errorRate("cer", lowercase: lowercase) { Array(stripped($0)) }
    }

    private static func errorRate<Unit: Equatable & SendableMetatype>(
        _ name: String, lowercase: Bool, _ units: @escaping @Sendable ([Unicode.Scalar]) -> [Unit]
    ) -> TextMetric {
        TextMetric(
            name: name, takesSeveralReferences: false,
            sums: { hypothesis, references in
                func cut(_ text: String) -> [Unit] {
                    units(Array((lowercase ? text.lowercased() : text).unicodeScalars))
                }
                let reference = cut(references[0])
                return [Double(editDistance(reference, cut(hypothesis))), Double(reference.count)]
            },
            value: { $0[1] > 0 ? 100 * $0[0] / $0[1] : nil })
    }
}

/// The text without white space at its ends, and with one space for each run of two or more.
private func collapsed(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var (result, i): ([Unicode.Scalar], Int) = ([], 0)
    while i < text.count {
        let run = text[i...].prefix(while: isPythonSpace).count
        if run >= 2 { result.append(" ") } else { result.append(text[i]) }
        i += max(1, run)
    }
    return Array(stripped(result))
}
