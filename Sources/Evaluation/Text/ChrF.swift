extension TextMetric {
    /// chrF2 of a corpus: characters without white space, orders 1 to 6, recall weighing twice; equal to sacreBLEU 2's.
    ///
    /// - Source: Popović 2015.
    public static func chrF(lowercase: Bool = false) -> TextMetric {
        TextMetric(
            name: "chrf", takesSeveralReferences: true,
            sums: { hypothesis, references in
                let lines = ([hypothesis] + references).map {
                    (lowercase ? $0.lowercased() : $0).unicodeScalars.filter { !isPythonSpace($0) }.map(
                        \.value)
                }
                let grams = NGrams(lines, orders: 6)
                let found = (1..<lines.count).map { reference in
                    (1...6).flatMap { order in
                        let count = grams.total(order, reference)
                        return [
                            count > 0 ? grams.total(order, 0) : 0, count,
                            grams.matches(order, with: reference..<reference + 1),
                        ].map(Double.init)
                    }
                }
                // The reference to which the line is nearest; the first of two as near.
                let scores = found.map(chrFValue)
                return found[scores.firstIndex(of: scores.max() ?? 0) ?? 0]
            },
            value: chrFValue)
    }
}

/// F2 of the means of precision and recall over the orders that both texts have.
///
/// - Parameter sums: for each order the n-grams of the text, of the reference, and those that both have.
private func chrFValue(_ sums: [Double]) -> Double {
    var (precision, recall, orders) = (0.0, 0.0, 0.0)
    for i in stride(from: 0, to: sums.count, by: 3) where sums[i] > 0 && sums[i + 1] > 0 {
        precision += sums[i + 2] / sums[i]
        recall += sums[i + 2] / sums[i + 1]
        orders += 1
    }
    guard precision + recall > 0 else { return 0 }
    return 100 * 5 * precision * recall / (4 * precision + recall) / orders
}
