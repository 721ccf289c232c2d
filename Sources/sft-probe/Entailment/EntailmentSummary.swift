import Entailment
import Foundation
import Statistics

/// What a run of `entailment score` came to, for people and as JSON.
struct EntailmentSummary: Encodable {
    let entailment: EntailmentSource
    let pairs: Int
    let labelled: Int
    let entailed: Int?
    let auroc, accuracy, majority: Range?
    let called_entailed: Double?

    struct Range: Encodable {
        let value, low, high: Double?

        init(_ estimate: Estimate) {
            (value, low, high) = (estimate.value, estimate.interval?.low, estimate.interval?.high)
        }

        init(_ proportion: Proportion) {
            let interval = proportion.interval
            (value, low, high) = (proportion.share, interval.lowerBound, interval.upperBound)
        }
    }

    init(_ source: EntailmentSource, pairs: Int, _ quality: EntailmentQuality?) {
        (entailment, self.pairs) = (source, pairs)
        (labelled, entailed) = (quality?.pairs ?? 0, quality?.entailed)
        auroc = (quality?.auroc).map(Range.init)
        accuracy = (quality?.accuracy).map(Range.init)
        majority = (quality?.majority).map(Range.init)
        called_entailed = quality?.called.share
    }

    var text: String {
        var lines = ["\(entailment.form.rawValue) \(entailment.name): \(pairs) pairs"]
        if let calibration = entailment.calibration {
            let area = calibration.auroc.map { String(format: ", AUROC %.3f there", $0) } ?? ""
            lines[0] +=
                "; calibrated by \(calibration.method.rawValue) on \(calibration.pairs) labelled pairs\(area)"
        }
        if let reading = entailment.reading { lines[0] += "; answers read by \(reading.rawValue)" }
        if let note = entailment.note { lines[0] += "; \(note)" }
        guard let accuracy, let majority else { return lines[0] }
        let area = auroc.flatMap { range in range.value.map { _ in written(range, "%.3f", 1) } }
        lines.append("AUROC                     \(area ?? "– (labels are all of one kind)")")
        lines.append(
            "accuracy from p ≥ \(String(format: "%.1f", entailment.threshold))      \(written(accuracy, "%.1f", 100)) %"
        )
        lines.append("always the same answer    \(String(format: "%.1f", 100 * (majority.value ?? 0))) %")
        lines.append("called entailed           \(String(format: "%.1f", 100 * (called_entailed ?? 0))) %")
        return lines.joined(separator: "\n")
    }

    private func written(_ range: Range, _ format: String, _ unit: Double) -> String {
        func shown(_ x: Double?) -> String { x.map { String(format: format, unit * $0) } ?? "–" }
        guard range.low != nil else { return shown(range.value) }
        return "\(shown(range.value)) [\(shown(range.low)), \(shown(range.high))]"
    }
}
