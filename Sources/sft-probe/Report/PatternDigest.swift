import HeadActivation
import Reports
import Statistics

/// What a page or table shows of a measurement, without its scores for each example.
struct PatternDigest: Sendable {
    let summary: MeasurementSummary
    let pattern: Pattern
    let statistics: PatternStatistics
    var modules: ModuleMeasurement?
    var adapter: [AdapterMeasurement] = []
    /// What an audit of it found; nil without one.
    let audit: (audit: Audit, figures: AuditFigures)?
    /// The names of the examples.
    let ids: [String]
    /// The examples with the largest scores of each head, of a task's last checkpoint: [layer, head][rank].
    let strongestExamples: [[(example: Int, score: Float)]]

    /// Reads the measurements of a file one by one, so that only one at a time is in memory.
    ///
    /// - Parameters:
    ///   - task: the only task to read, if any.
    ///   - checkpoint: the only checkpoint to read, if any.
    ///   - top: how many of the strongest heads share in ``PatternStatistics/topShareOfSeveral``.
    static func all(
        in file: PatternFile, task: String? = nil, checkpoint: String? = nil, resamples: Int, seed: Int,
        top: Int = 10
    ) throws(PatternError) -> [PatternDigest] {
        let source = try PatternReader(file)
        let chosen = try source.list(task: task, checkpoint: checkpoint)
        let last = Dictionary(grouping: chosen, by: \.task).mapValues {
            inTrainingOrder($0.map(\.checkpoint)).last
        }
        var digests: [PatternDigest] = []
        for summary in chosen {
            let isLast = last[summary.task] == summary.checkpoint
            let measurement = try source.read(summary)
            digests.append(
                PatternDigest(
                    summary: summary, pattern: measurement.pattern,
                    statistics: measurement.statistics(resamples: resamples, seed: seed, top: top),
                    modules: measurement.modules, adapter: measurement.adapter,
                    audit: AuditFigures(measurement, resamples: resamples, seed: seed).flatMap { figures in
                        measurement.audit.map { ($0, figures) }
                    }, ids: measurement.ids,
                    strongestExamples: isLast ? drivingExamples(measurement.scores, count: 5) : []))
        }
        return digests
    }

    /// The heads of largest activation, strongest first.
    func strongest(_ count: Int) -> [HeadFigures] {
        let tValues = pattern.tValues
        let shares = pattern.normalizedActivation
        let q = signQ
        return pattern.strongest(count).map { index in
            HeadFigures(
                layer: pattern.grid.place(index).layer, head: pattern.grid.place(index).head,
                activation: Double(pattern.activation[index]), share: shares?[index],
                signed: Double(pattern.signed[index]), standardError: Double(pattern.standardError[index]),
                t: Double(tValues[index]), q: q[index], examples: summary.examples)
        }
    }

    /// The chance of each head's |t| without a mean effect, by the number of examples and adjusted for all heads.
    var signQ: [Double] {
        guard summary.examples > 1 else { return pattern.tValues.map { _ in .nan } }
        let freedom = Double(summary.examples - 1)
        return benjaminiHochberg(pattern.tValues.map { twoSidedP(t: Double($0), freedom: freedom) })
    }

    /// How often the sign of a head's score is that of its exact effect; nil without an audit.
    var signAgreement: String? {
        guard let audit, let signs = audit.figures.signs else { return nil }
        return
            "with \(audit.audit.baseline) ablation in \(written(signs.agreement.signs) { percent($0, decimals: 0) }) of "
            + "\(signs.agreement.heads) heads"
    }
}

/// The examples whose scores of a head are largest, whatever their sign: [layer, head][rank].
private func drivingExamples(_ scores: HeadArray<Float>, count: Int) -> [[(example: Int, score: Float)]] {
    (0..<scores.grid.count).map { head in
        let own = scores.columns([head])
        var best: [(example: Int, score: Float)] = []
        for (example, score) in own.enumerated() where score.isFinite {
            if best.count == count, score.magnitude <= best[count - 1].score.magnitude { continue }
            let place = best.firstIndex { $0.score.magnitude < score.magnitude } ?? best.count
            best.insert((example, score), at: place)
            if best.count > count { best.removeLast() }
        }
        return best
    }
}

/// What stands where signs of heads are shown: by what rule, and how far they can be trusted.
func signRemarks(_ digests: [PatternDigest]) -> [String] {
    guard let first = digests.first else { return [] }
    let examples = digests.map(\.summary.examples).min() ?? 0
    let estimated = digests.first { !$0.summary.provenance.method.hasPrefix("ablation") } ?? first
    let agreements = digests.compactMap { digest in
        digest.signAgreement.map { "\(digest.summary.task) at \(digest.summary.checkpoint) \($0)" }
    }
    let agreement = agreements.isEmpty ? nil : agreements.joined(separator: "; ")
    return [SignVerdict.rule(examples: examples)]
        + [signCaveat(of: estimated.summary.provenance.method, agreement: agreement)].compactMap(\.self)
}

/// What has to stand wherever signs do, with the command that measures how far they can be trusted.
func signCaveat(of method: String, agreement: String?) -> String? {
    SignVerdict.caveat(
        of: method, agreement: agreement, unmeasured: "not measured here: `attribute --audit 16` does")
}

/// The numbers of one head.
struct HeadFigures: Sendable {
    let layer, head: Int
    let activation: Double
    let share: Double?
    let signed, standardError, t, q: Double
    let examples: Int

    /// What the sign says.
    var reading: SignVerdict { SignVerdict(signed: signed, q: q, examples: examples) }
}
