public import Statistics

/// A figure of a language with its 95 % interval, beside an earlier state of the model where there is one.
public struct LanguageFigure: Sendable {
    /// What is measured.
    public enum Metric: String, Sendable, Codable, CaseIterable {
        /// The share of questions whose right option is the likeliest.
        case acc
        /// The same by log p per character.
        case acc_norm
        /// The share of answers in the language of their prompt.
        case fidelity
        /// −log p of a token, the mean over texts, in nats.
        case nll
    }

    /// The change from an earlier state, of the records that both have.
    public struct Change: Sendable {
        /// How many records both have.
        public let records: Int
        /// The figure before, and what it is now above that.
        public let before, difference: Double
        /// The interval of the difference.
        public let interval: Interval?
        /// McNemar's exact test of shares, Student's paired one of means; NaN where it cannot be made.
        public let p: Double
        /// p adjusted over the languages of the metric (Benjamini–Hochberg).
        public var q = Double.nan
    }

    /// The language; nil for all together.
    public let language: String?
    /// What is measured.
    public let metric: Metric
    /// The figure and its interval.
    public let value: Estimate
    /// How many records.
    public let records: Int
    /// The change from an earlier state; nil without one.
    public var change: Change?
}

/// The figures of each language and of all together, metric by metric.
///
/// - Parameters:
///   - lines: of the model as it is.
///   - earlier: of an earlier state, paired by id and language; nil for none.
public func languageFigures(_ lines: [LanguageLine], earlier: [LanguageLine]? = nil) -> [LanguageFigure] {
    let languages = lines.reduce(into: [String]()) { if !$0.contains($1.lang) { $0.append($1.lang) } }
    struct Key: Hashable { let id, lang: String }
    let before = earlier.map {
        Dictionary($0.map { (Key(id: $0.id, lang: $0.lang), $0) }) { first, _ in first }
    }
    return LanguageFigure.Metric.allCases.flatMap { metric in
        var figures = (languages.map(Optional.some) + (languages.count > 1 ? [nil] : [])).compactMap {
            language in
            let own = lines.filter { (language == nil || $0.lang == language) && $0.value(of: metric) != nil }
            let pairs = own.compactMap { line in
                before?[Key(id: line.id, lang: line.lang)].map { ($0, line) }
            }
            return LanguageFigure(language, metric, own, pairs)
        }
        let tested = figures.indices.filter {
            figures[$0].language != nil && !(figures[$0].change?.p ?? .nan).isNaN
        }
        let adjusted = benjaminiHochberg(tested.map { figures[$0].change?.p ?? 1 })
        for (place, q) in zip(tested, adjusted) { figures[place].change?.q = q }
        return figures
    }
}

extension LanguageFigure {
    fileprivate init?(
        _ language: String?, _ metric: Metric, _ lines: [LanguageLine],
        _ pairs: [(before: LanguageLine, now: LanguageLine)]
    ) {
        guard !lines.isEmpty else { return nil }
        let values = lines.compactMap { $0.value(of: metric) }
        (self.language, self.metric, records) = (language, metric, values.count)
        let paired = pairs.compactMap { pair in
            pair.before.value(of: metric).flatMap { before in
                pair.now.value(of: metric).map { (before: before, now: $0) }
            }
        }
        if metric == .nll {
            value = PairedChange(before: values.map { _ in 0 }, after: values).change
            change = paired.isEmpty ? nil : Change(means: paired)
        } else {
            let share = Proportion(values.count { $0 == 1 }, of: values.count)
            value = Estimate(
                value: share.share,
                interval: Interval(low: share.interval.lowerBound, high: share.interval.upperBound))
            change = paired.isEmpty ? nil : Change(shares: paired)
        }
    }
}

extension LanguageFigure.Change {
    fileprivate init(shares pairs: [(before: Double, now: Double)]) {
        let found = PairedComparison(pairs.map { ($0.before == 1, $0.now == 1) })
        self.init(
            records: pairs.count, before: found.before.share, difference: found.difference,
            interval: Interval(low: found.interval.lowerBound, high: found.interval.upperBound), p: found.p)
    }

    fileprivate init(means pairs: [(before: Double, now: Double)]) {
        let found = PairedChange(before: pairs.map(\.before), after: pairs.map(\.now))
        self.init(
            records: pairs.count, before: found.before, difference: found.change.value ?? 0,
            interval: found.change.interval, p: found.p)
    }
}

extension LanguageLine {
    /// A record's figure: 1 or 0 of what is right or not; nil where it has none.
    fileprivate func value(of metric: LanguageFigure.Metric) -> Double? {
        func number(_ isRight: Bool?) -> Double? { isRight.map { $0 ? 1 : 0 } }
        return switch metric {
        case .acc: number(acc)
        case .acc_norm: number(acc_norm)
        case .fidelity: number(faithful)
        case .nll: nll
        }
    }
}
