import HeadActivation

/// What a page or table shows of a measurement, without its scores for each example.
struct PatternDigest: Sendable {
    let summary: MeasurementSummary
    let pattern: Pattern
    let statistics: PatternStatistics
    var modules: ModuleMeasurement?
    var adapter: [AdapterMeasurement] = []
    /// What an audit of it found; nil without one.
    let audit: (audit: Audit, figures: AuditFigures)?

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
        let chosen = try file.list(task: task, checkpoint: checkpoint)
        var digests: [PatternDigest] = []
        for summary in chosen {
            let measurement = try file.read(task: summary.task, checkpoint: summary.checkpoint)
            digests.append(
                PatternDigest(
                    summary: summary, pattern: measurement.pattern,
                    statistics: measurement.statistics(resamples: resamples, seed: seed, top: top),
                    modules: measurement.modules, adapter: measurement.adapter,
                    audit: AuditFigures(measurement, resamples: resamples, seed: seed).flatMap { figures in
                        measurement.audit.map { ($0, figures) }
                    }))
        }
        return digests
    }

    /// The heads of largest activation, strongest first.
    func strongest(_ count: Int) -> [HeadFigures] {
        let tValues = pattern.tValues
        let shares = pattern.normalizedActivation
        return pattern.strongest(count).map { index in
            HeadFigures(
                layer: index / pattern.heads, head: index % pattern.heads,
                activation: Double(pattern.activation[index]), share: shares?[index],
                signed: Double(pattern.signed[index]), standardError: Double(pattern.standardError[index]),
                t: Double(tValues[index]))
        }
    }
}

/// The numbers of one head.
struct HeadFigures: Sendable {
    let layer, head: Int
    let activation: Double
    let share: Double?
    let signed, standardError, t: Double

    /// What the sign says. Beyond ±4, chance is ruled out even among a thousand heads.
    var reading: String {
        if t <= -4 { return "helps" }
        return t >= 4 ? "hurts" : "undecided"
    }
}
