import LinearProbes
import Statistics

/// The results of probes, as `--json` prints them.
struct ProbeJSON: Encodable {
    struct Probe: Encodable {
        let site: String
        let layer: Int
        let head: Int?
        let accuracy, low, high, balancedAccuracy: Double
        let auroc: Double?
        let logLoss: Double
        let control, selectivity, p: Double?
    }

    struct Change: Encodable {
        let site: String
        let layer: Int
        let head: Int?
        let difference: Double
        let low, high: Double?
        let lost, won: Int
        let p, q: Double
        let verdict: Verdict
    }

    let labels: [String]
    let texts, leftOut, folds, controls: Int
    let l2, majority: Double
    let grouped: Bool
    let probes: [Probe]
    let changes: [Change]?

    init(_ results: [ProbeResult], _ changes: [ProbeChange], _ task: ProbeTask, _ settings: ProbeSettings) {
        (labels, texts, leftOut) = (task.names, task.texts.count, task.leftOut)
        (folds, controls, l2) = (settings.folds, settings.controls, settings.l2)
        (majority, grouped) = (task.majority, task.folds.isGrouped)
        probes = results.map {
            Probe(
                site: $0.place.site, layer: $0.place.layer, head: $0.place.head,
                accuracy: $0.reading.accuracy,
                low: $0.interval.low, high: $0.interval.high, balancedAccuracy: $0.balancedAccuracy,
                auroc: $0.areaUnderCurve, logLoss: $0.reading.logLoss, control: $0.control,
                selectivity: $0.selectivity, p: $0.p)
        }
        self.changes =
            changes.isEmpty
            ? nil
            : changes.map {
                Change(
                    site: $0.place.site, layer: $0.place.layer, head: $0.place.head,
                    difference: $0.difference,
                    low: $0.interval?.low, high: $0.interval?.high, lost: $0.lost, won: $0.won, p: $0.p,
                    q: $0.q, verdict: $0.verdict)
            }
    }
}
