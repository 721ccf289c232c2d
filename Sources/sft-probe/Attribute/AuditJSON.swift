import Statistics
import HeadActivation

/// An audit as `--json` prints it.
struct AuditJSON: Encodable {
    let task, checkpoint, baseline: String
    let points: Int
    let completenessError: PatternJSON.Number
    let trust: PatternJSON.Range?
    let strongestEffect, randomEffect: PatternJSON.Range
    let rungs: [RungJSON]
    let heads: [HeadJSON]

    struct RungJSON: Encodable {
        let estimate, truth, over: String
        let agreement: AgreementJSON
    }

    struct HeadJSON: Encodable {
        let layer, head: Int
        let isRandom: Bool
        let gate, gateIg, ablation: PatternJSON.Number
    }

    init?(_ measurement: HeadMeasurement, resamples: Int = 1000, seed: Int) {
        guard let audit = measurement.audit,
            let figures = AuditFigures(measurement, resamples: resamples, seed: seed)
        else { return nil }
        (task, checkpoint, baseline) = (measurement.task, measurement.checkpoint, audit.baseline)
        points = audit.points
        completenessError = PatternJSON.Number(audit.completenessError)
        trust = figures.trust.map { PatternJSON.Range($0) }
        strongestEffect = PatternJSON.Range(figures.strongestEffect)
        randomEffect = PatternJSON.Range(figures.randomEffect)
        rungs = figures.rungs.map {
            RungJSON(
                estimate: $0.estimate, truth: $0.truth, over: $0.over, agreement: AgreementJSON($0.agreement))
        }
        func mean(_ rows: [Float], _ width: Int, _ column: Int) -> PatternJSON.Number {
            let values = stride(from: column, to: rows.count, by: width).map { Double(rows[$0]) }
            return PatternJSON.Number(values.reduce(0, +) / Double(values.count))
        }
        heads = audit.ablated.enumerated().map { place, head in
            HeadJSON(
                layer: measurement.grid.place(head).layer, head: measurement.grid.place(head).head,
                isRandom: place >= audit.strongest,
                gate: PatternJSON.Number(Double(measurement.pattern.signed[head])),
                gateIg: audit.integrated.firstIndex(of: head).map {
                    mean(audit.integrals, audit.integrated.count, $0)
                } ?? PatternJSON.Number(nil),
                ablation: mean(audit.effects, audit.ablated.count, place))
        }
    }
}

/// An agreement as `--json` prints it.
struct AgreementJSON: Encodable {
    let heads: Int
    let spearman, pearson, sameSign: PatternJSON.Range

    init(_ agreement: Agreement) {
        heads = agreement.heads
        spearman = PatternJSON.Range(agreement.spearman)
        pearson = PatternJSON.Range(agreement.pearson)
        sameSign = PatternJSON.Range(agreement.signs)
    }
}
