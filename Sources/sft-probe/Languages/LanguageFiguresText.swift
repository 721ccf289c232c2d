import LanguageSubspaces
import Reports
import Statistics

/// The tables of an evaluation by language.
func figuresText(
    _ figures: [LanguageFigure], _ identification: IdentificationQuality?, against path: String?,
    chance: Double?
) -> String {
    var lines: [String] = []
    for metric in LanguageFigure.Metric.allCases {
        let own = figures.filter { $0.metric == metric }
        guard !own.isEmpty else { continue }
        lines.append(table(metric, own, path).fitted)
    }
    if let chance { lines.append("Guessing is right in \(percent(chance)).") }
    if let identification {
        let all = identification.together
        lines.append(
            all.total == 0
                ? "How well languages are told is not known: \(identification.source), no line of a language that it knows."
                : "Languages are told by \(identification.source): right on \(all.count) of \(all.total) of \(identification.lines) "
                    + "(\(percent(all.share)) [\(percent(all.interval.lowerBound)), \(percent(all.interval.upperBound))])"
                    + weak(identification))
        if !identification.unknown.isEmpty {
            lines.append(
                "Answers in \(identification.unknown.joined(separator: ", ")) cannot be told: give lines of it by --identify."
            )
        }
    }
    if path != nil {
        lines.append(
            "q: p over the languages of a table (Benjamini–Hochberg); a difference counts from q ≤ 0.05.")
    }
    return lines.joined(separator: "\n")
}

/// Languages that are told badly.
private func weak(_ identification: IdentificationQuality) -> String {
    let bad = identification.accuracy.filter { Double($0.value[0]) < 0.9 * Double($0.value[1]) }.keys.sorted()
    return bad.isEmpty ? "." : "; below 90 %: \(bad.joined(separator: ", ")), of which fidelity says little."
}

private func table(_ metric: LanguageFigure.Metric, _ figures: [LanguageFigure], _ path: String?) -> Table {
    func shown(_ value: Double?) -> String {
        value.map { metric == .nll ? number($0) : percent($0) } ?? "–"
    }
    func range(_ interval: Interval?) -> String {
        interval.map { "[\(shown($0.low)), \(shown($0.high))]" } ?? "–"
    }
    let isCompared = figures.contains { $0.change != nil }
    var columns: [Table.Column] = [
        .text(metric == .nll ? "lang (nll, nats a token)" : "lang (\(metric.rawValue))"), .number("records"),
        .number(metric == .nll ? "nll" : "%"), .number("95 %"),
    ]
    if isCompared {
        columns += [.number("before"), .number("difference"), .number("95 %"), .number("p"), .number("q")]
    }
    var table = Table(columns)
    for figure in figures {
        var cells = [
            figure.language ?? "all", "\(figure.records)", shown(figure.value.value),
            range(figure.value.interval),
        ]
        if isCompared, let change = figure.change {
            cells += [
                shown(change.before), shown(change.difference), range(change.interval),
                change.p.isNaN ? "–" : significant(change.p), change.q.isNaN ? "–" : significant(change.q),
            ]
        } else if isCompared {
            cells += ["–", "–", "–", "–", "–"]
        }
        table.add(cells)
    }
    return table
}

/// What `languages evaluate --json` prints.
struct LanguageFiguresJSON: Encodable {
    struct Figure: Encodable {
        let lang: String?
        let metric: LanguageFigure.Metric
        let records: Int
        let value, low, high: Double?
        let change: Change?
    }

    struct Change: Encodable {
        let records: Int
        let before, difference: Double
        let low, high, p, q: Double?
    }

    let figures: [Figure]
    let identification: IdentificationQuality?

    init(_ figures: [LanguageFigure], _ identification: IdentificationQuality?) {
        self.identification = identification
        self.figures = figures.map { figure in
            Figure(
                lang: figure.language, metric: figure.metric, records: figure.records,
                value: figure.value.value,
                low: figure.value.interval?.low, high: figure.value.interval?.high,
                change: figure.change.map {
                    Change(
                        records: $0.records, before: $0.before, difference: $0.difference,
                        low: $0.interval?.low, high: $0.interval?.high, p: $0.p.isNaN ? nil : $0.p,
                        q: $0.q.isNaN ? nil : $0.q)
                })
        }
    }
}
