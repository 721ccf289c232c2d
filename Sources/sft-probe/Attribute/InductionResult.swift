import GradAttrib
import HeadActivation
import Reports
import Statistics

/// What `induction` found.
struct InductionResult {
    let layers, heads, top: Int
    /// Over examples: of attention to the token after the same one's first place, and of the halves' gate scores.
    let patterns: (attention: Pattern, first: Pattern, second: Pattern)
    /// Mean losses of the halves, in nats.
    let losses: (first: Double, second: Double)
    /// Of the loss, from the first half to the second, over examples.
    let carrying: PairedChange
    /// Of the second half: how well induction scores agree with how much heads help, −signed, and how much they matter,
    /// |signed|. Of the first half: with how much heads help where there is nothing to induce.
    let helping, mattering, control: HeadAgreement

    init(
        layers: Int, heads: Int, top: Int, attention: HeadArray<Float>, first: HeadScores, second: HeadScores,
        resamples: Int, seed: Int
    ) {
        (self.layers, self.heads, self.top) = (layers, heads, top)
        func mean(_ values: [Float]) -> Double {
            values.reduce(0) { $0 + Double($1) } / Double(max(1, values.count))
        }
        losses = (mean(first.loss), mean(second.loss))
        // Half of the first half's loss against the second's: below it, tokens are carried over.
        carrying = PairedChange(
            before: first.loss.map { Double($0) / 2 }, after: second.loss.map { Double($0) })
        patterns = (Pattern(attention), Pattern(first.signed), Pattern(second.signed))
        func agreement(_ scores: [Float]) -> HeadAgreement {
            HeadAgreement(
                attention.elements, scores, heads: attention.grid.count, count: top, resamples: resamples,
                seed: seed)
        }
        helping = agreement(second.signed.map { -$0 })
        mattering = agreement(second.signed.map { $0.magnitude })
        control = agreement(first.signed.map { -$0 })
    }
}

extension InductionResult {
    /// Whether the second half's loss is below half of the first's, beyond chance.
    var carriesOver: Bool {
        carrying.verdict(q: carrying.p) == .changed && carrying.after < carrying.before
    }
}

/// The tables of an induction check.
func inductionText(_ result: InductionResult) -> String {
    let losses = result.losses
    var text =
        "Loss of the first half \(fixed(losses.first, decimals: 3)) nats, of the second \(fixed(losses.second, decimals: 3)): "
        + (result.carriesOver
            ? "the model carries tokens over (the second is below half of the first"
            : "the model is not shown to carry tokens over, so there may be little to find (the second is not below half "
                + "of the first")
        + "; p = \(significant(result.carrying.p, digits: 2))).\n\n"
    text += "Induction scores against gate scores, over \(result.patterns.attention.grid.count) heads\n"
    text += agreementTable(result).fitted + "\n"
    let patterns = result.patterns
    let (attention, second) = (patterns.attention, patterns.second)
    text += "The \(result.top) heads of largest induction score\n"
    text += headTable(result, order: attention.signed.map { Double($0) }).fitted + "\n"
    if let caveat = signCaveat(of: "gate", agreement: nil) { text += caveat + "\n" }
    text += "The \(result.top) heads with the lowest gate scores\n"
    return text + headTable(result, order: second.signed.map { -Double($0) }).fitted
}

private func agreementTable(_ result: InductionResult) -> Table {
    var table = Table([
        .text("gate score"), .number("rank correlation"), .number("chance"),
        .number("first \(result.top) shared"), .number("by chance"), .number("chance of as many"),
    ])
    for (name, agreement) in [
        ("helps, second half", result.helping), ("size, second half", result.mattering),
        ("helps, first half (control)", result.control),
    ] {
        let interval = agreement.sharedInterval.map {
            " [\(fixed($0.low, decimals: 0)), \(fixed($0.high, decimals: 0))]"
        }
        table.add([
            name, written(agreement.spearman) { fixed($0, decimals: 2) },
            significant(agreement.chance, digits: 1), "\(agreement.overlap.shared)\(interval ?? "")",
            fixed(agreement.overlap.expected, decimals: 2), significant(agreement.overlap.chance, digits: 2),
        ])
    }
    return table
}

private func headTable(_ result: InductionResult, order: [Double]) -> Table {
    let (attention, first, second) = result.patterns
    let places = { (values: [Double]) in
        let sorted = values.indices.sorted { (values[$0], $1) > (values[$1], $0) }
        return Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0 + 1) })
    }
    let ranks = (
        attention: places(attention.signed.map { Double($0) }),
        helps: places(second.signed.map { -Double($0) })
    )
    var table = Table([
        .text("head"), .number("induction score ± s.e."), .number("its rank"),
        .number("gate score ± s.e."), .number("its rank"), .number("first half's"),
    ])
    let sorted = order.indices.sorted { (order[$0], $1) > (order[$1], $0) }
    for place in sorted.prefix(result.top) {
        func text(_ pattern: Pattern) -> String {
            "\(significant(Double(pattern.signed[place]))) ± "
                + significant(Double(pattern.standardError[place]), digits: 2)
        }
        table.add([
            "L\(attention.grid.place(place).layer).H\(attention.grid.place(place).head)", text(attention),
            "\(ranks.attention[place] ?? 0)", text(second), "\(ranks.helps[place] ?? 0)", text(first),
        ])
    }
    return table
}

/// The same for scripts.
struct InductionJSON: Encodable {
    /// An agreement.
    struct Agreement: Encodable {
        let spearman: PatternJSON.Range
        let spearmanChance: Double
        let shared: Int
        let sharedLow, sharedHigh: PatternJSON.Number
        let sharedExpected, sharedChance: Double

        init(_ agreement: HeadAgreement) {
            spearman = PatternJSON.Range(agreement.spearman)
            spearmanChance = agreement.chance
            (shared, sharedExpected) = (agreement.overlap.shared, agreement.overlap.expected)
            sharedChance = agreement.overlap.chance
            sharedLow = PatternJSON.Number(agreement.sharedInterval?.low)
            sharedHigh = PatternJSON.Number(agreement.sharedInterval?.high)
        }
    }

    let top: Int
    let lossFirstHalf, lossSecondHalf: Double
    let helps, size, control: Agreement
    /// [layer][head]
    let induction, inductionStderr, gateSigned, gateStderr, gateSignedFirstHalf: [[PatternJSON.Number]]

    init(_ result: InductionResult) {
        let (attention, first, second) = result.patterns
        func rows(_ values: [Float]) -> [[PatternJSON.Number]] {
            (0..<result.layers).map { layer in
                attention.grid.numbers(layer: layer).map { PatternJSON.Number(Double(values[$0])) }
            }
        }
        top = result.top
        (lossFirstHalf, lossSecondHalf) = result.losses
        helps = Agreement(result.helping)
        size = Agreement(result.mattering)
        control = Agreement(result.control)
        (induction, inductionStderr) = (rows(attention.signed), rows(attention.standardError))
        (gateSigned, gateStderr) = (rows(second.signed), rows(second.standardError))
        gateSignedFirstHalf = rows(first.signed)
    }
}
