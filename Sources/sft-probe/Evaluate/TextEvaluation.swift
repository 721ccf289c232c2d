import Evaluation
import Foundation
import Reports
import Statistics

/// One metric's line of the table.
struct TextMetricRow {
    let name: String
    let value: Double
    let interval: Interval?
    let difference: TextDifference?
}

/// What an evaluation of texts was made with.
struct TextSettings: Encodable {
    let lines: Int
    let tokenizer, rougeTokens: String
    let lowercase: Bool
    let draws, seed: Int
}

/// An evaluation of texts as `--json` prints it.
struct TextEvaluation: Encodable {
    struct Metric: Encodable {
        let value: Double
        let low, high: Double?
        let difference: Difference?
    }

    struct Difference: Encodable {
        let value: Double
        let low, high: Double?
        let p: Double
    }

    let metrics: [String: Metric]
    let settings: TextSettings

    init(_ rows: [TextMetricRow], _ settings: TextSettings) {
        self.settings = settings
        metrics = Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let difference = row.difference.map {
                    Difference(value: $0.value, low: $0.interval?.low, high: $0.interval?.high, p: $0.p)
                }
                return (
                    row.name,
                    Metric(
                        value: row.value, low: row.interval?.low, high: row.interval?.high,
                        difference: difference)
                )
            })
    }
}

/// An evaluation of texts as a terminal shows it.
func textTable(_ rows: [TextMetricRow], _ settings: TextSettings) -> String {
    let isCompared = rows.contains { $0.difference != nil }
    var table = Table(
        [.text("metric"), .number("%"), .number("95 %")]
            + (isCompared ? [.number("difference"), .number("95 %"), .number("p")] : []))
    func number(_ value: Double) -> String { String(format: "%.2f", value) }
    func both(_ interval: Interval?) -> String {
        interval.map { "[\(number($0.low)), \(number($0.high))]" } ?? ""
    }
    for row in rows {
        var cells = [row.name, number(row.value), both(row.interval)]
        if isCompared {
            cells += [
                row.difference.map { String(format: "%+.2f", $0.value) } ?? "",
                both(row.difference?.interval),
                row.difference.map { String(format: "%.3f", $0.p) } ?? "",
            ]
        }
        table.add(cells)
    }
    let how =
        "\(settings.lines) lines; BLEU tokenizer \(settings.tokenizer), ROUGE words \(settings.rougeTokens), "
        + (settings.lowercase ? "lower case" : "case kept (ROUGE: lower case)")
        + "; intervals by \(settings.draws) draws of lines, seed \(settings.seed)."
    let few =
        settings.lines < Verdict.fewestExamples
        ? " Fewer than \(Verdict.fewestExamples) lines decide nothing, whatever the intervals." : ""
    return table.fitted + "\n" + how + few
}
