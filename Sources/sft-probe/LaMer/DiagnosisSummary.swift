import LaMerCurriculum
import Reports
import Runs
import Statistics

/// A diagnosis in numbers, for a terminal or as JSON.
struct DiagnosisSummary: Encodable {
    private let queries, pairs, deficient: Int
    private let threshold: Double
    private let random_facts: Int
    private let false_alarms: EstimateRecord?
    private let false_discoveries: Double?
    /// How many of the pairs that count random facts would give.
    private let explained_by_chance: Int?
    private let bands: [String: Int]
    private let bands_by: String
    private let band_cuts: [Double]
    private let without: String
    private let kinds: [String: Int]
    private let sum_scored, mean_scored: Int
    private let score_noise: Double
    private let deficiencies: [DeficiencyLine]
    private let check: CheckRecord?
    /// How it was computed, with the precision that was really used.
    var computing: Computing?
    /// What to do before examples are made; nil where there is nothing in their way.
    let advice: String?
    /// Tables.
    let text: String

    private enum CodingKeys: String, CodingKey {
        case queries, pairs, deficient, threshold, random_facts, false_alarms, false_discoveries,
            explained_by_chance, bands,
            bands_by, band_cuts, without, kinds,
            sum_scored, mean_scored, score_noise, deficiencies, check, computing
    }

    init(_ diagnosis: Diagnosis, deficiencies: [Deficiency], layoutNoise: Double, check: DiagnosisCheck?) {
        let counted = diagnosis.pairs.filter(\.isDeficient)
        (queries, pairs, deficient) = (diagnosis.queries.count, diagnosis.pairs.count, counted.count)
        threshold = diagnosis.threshold
        random_facts = diagnosis.calibration?.placebos.count ?? 0
        false_alarms = diagnosis.calibration.map { EstimateRecord($0.falseAlarms) }
        false_discoveries = diagnosis.falseDiscoveries
        explained_by_chance = Self.explained(diagnosis)
        advice =
            Self.isMostlyChance(diagnosis)
            ? "At least half of what was found may be chance: give facts nearer to the queries, or more queries."
            : nil
        bands = Dictionary(grouping: counted.compactMap(\.band)) { "\($0)" }.mapValues(\.count)
        (bands_by, band_cuts) = (diagnosis.cuts.rule.rawValue, diagnosis.cuts.starts)
        without = (diagnosis.usesStandIns ? DiagnosisSettings.Comparison.placebo : .nothing).rawValue
        kinds = Dictionary(grouping: counted) { $0.shift.kind.rawValue }.mapValues(\.count)
        sum_scored = diagnosis.queries.count { $0.normalization == .sum }
        mean_scored = diagnosis.queries.count - sum_scored
        score_noise = layoutNoise
        self.deficiencies = deficiencies.prefix(100).map(DeficiencyLine.init)
        self.check = check.map(CheckRecord.init)
        text = Self.text(diagnosis, deficiencies, check)
    }

    private static func text(
        _ diagnosis: Diagnosis, _ deficiencies: [Deficiency], _ check: DiagnosisCheck?
    ) -> String {
        var parts = [overview(diagnosis)]
        if !deficiencies.isEmpty { parts.append(deficiencyTable(deficiencies.prefix(20)).fitted) }
        if let check { parts += [checkText(check), checkTable(check).fitted] }
        return parts.joined(separator: "\n\n")
    }

    private static func explained(_ diagnosis: Diagnosis) -> Int? {
        let counted = diagnosis.pairs.count(where: \.isDeficient)
        return diagnosis.falseDiscoveries.map { Int(($0 * Double(counted)).rounded()) }
    }

    private static func isMostlyChance(_ diagnosis: Diagnosis) -> Bool {
        (diagnosis.falseDiscoveries ?? 0) >= 0.5
    }

    private static func overview(_ diagnosis: Diagnosis) -> String {
        let counted = diagnosis.pairs.filter(\.isDeficient)
        let share = Double(counted.count) / Double(max(1, diagnosis.pairs.count))
        var lines = [
            explained(diagnosis).map {
                "Chance explains about \($0) of the \(counted.count) pairs found: random facts would give as many."
            } ?? "How many of the \(counted.count) pairs found chance explains is not known.",
            "\(counted.count) of \(diagnosis.pairs.count) pairs (\(percent(share, decimals: 1))) of \(diagnosis.queries.count) "
                + "queries move the answer by \(fixed(diagnosis.threshold, decimals: 3)) nats or more.",
        ]
        if let calibration = diagnosis.calibration {
            lines.append(
                "Threshold: the 95th percentile of \(calibration.placebos.count) random facts. Random facts that reach it, "
                    + "judged by other queries: \(written(calibration.falseAlarms) { percent($0, decimals: 1) })."
            )
        }
        let bands = SeverityBand.allCases.map { band in "\(band) \(counted.count { $0.band == band })" }
        let kinds = ShiftKind.allCases.map { kind in
            "\(kind.rawValue) \(counted.count { $0.shift.kind == kind })"
        }
        if diagnosis.usesStandIns {
            lines.append(
                "Each fact is compared with a random one in its place, and random facts with that one too.")
        }
        let measure = diagnosis.calibration == nil ? "RE" : "RE*"
        let rule = diagnosis.cuts.rule == .fixed ? "RE" : "quartiles of \(measure)"
        let cuts = diagnosis.cuts.starts.map { fixed($0, decimals: 3) }.joined(separator: ", ")
        lines.append("Bands, cut at \(cuts) nats (\(rule)): \(bands.joined(separator: ", ")).")
        lines.append("Kinds: \(kinds.joined(separator: ", ")).")
        return lines.joined(separator: "\n")
    }
}

/// What the model lacks, worst first.
private func deficiencyTable(_ deficiencies: ArraySlice<Deficiency>) -> Table {
    var table = Table([
        .text("fact"), .number("severity"), .number("worst"), .number("pairs"), .text("kinds"),
        .text("example"),
    ])
    for item in deficiencies {
        let kinds = ShiftKind.allCases.map { ($0.rawValue, item.count(of: $0)) }.filter { $0.1 > 0 }
        let more = item.facts.count > 1 ? " (+\(item.facts.count - 1))" : ""
        table.add([
            shortened(item.facts[0], to: 60) + more, fixed(item.severity, decimals: 2),
            fixed(item.worst, decimals: 2),
            "\(item.pairs.count)/\(item.scored)", kinds.map { "\($0.0) \($0.1)" }.joined(separator: ", "),
            shortened(item.pairs[0].query, to: 50),
        ])
    }
    return table
}

private func checkText(_ check: DiagnosisCheck) -> String {
    """
    Check against the answers: \(check.wrong) of \(check.queries) queries are answered wrongly; \(check.flagged) are \
    flagged. Each score flags as many. In brackets: 95 % intervals. Facts that count and make the right answer likelier: \
    \(written(check.helpful) { percent($0, decimals: 1) }).
    """
}

private func checkTable(_ check: DiagnosisCheck) -> Table {
    var table = Table([
        .text("score"), .number("precision"), .number("recall"), .number("F1"), .number("AUROC"),
        .number("AUROC − RE's"),
    ])
    func number(_ estimate: Estimate) -> String { written(estimate) { fixed($0, decimals: 3) } }
    for item in check.detectors {
        table.add(
            [item.name] + [item.precision, item.recall, item.f1, item.auroc, item.aurocGain].map(number))
    }
    return table
}

/// A text on one line, cut at a length.
private func shortened(_ text: String, to length: Int) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count <= length ? line : line.prefix(length - 1) + "…"
}

private struct CheckRecord: Encodable {
    private let queries, wrong, flagged: Int
    private let helpful: EstimateRecord
    private let detectors: [DetectorRecord]

    private struct DetectorRecord: Encodable {
        let name: String
        let precision, recall, f1, auroc, auroc_gain: EstimateRecord
    }

    init(_ check: DiagnosisCheck) {
        (queries, wrong, flagged) = (check.queries, check.wrong, check.flagged)
        helpful = EstimateRecord(check.helpful)
        detectors = check.detectors.map {
            DetectorRecord(
                name: $0.name, precision: EstimateRecord($0.precision), recall: EstimateRecord($0.recall),
                f1: EstimateRecord($0.f1), auroc: EstimateRecord($0.auroc),
                auroc_gain: EstimateRecord($0.aurocGain))
        }
    }
}
