public import Statistics

/// The file of `probe --output`: what can be read off, where, and what changed.
///
/// Keys are written in snake case.
public struct ProbeRecord: Codable, Sendable, Equatable {
    /// A place and what is read off there.
    public struct Probe: Codable, Sendable, Equatable {
        /// `residual`, `head`, `mlp` or `final`.
        public let site: String
        /// The layer; for `final`, the number of layers.
        public let layer: Int
        /// The head; nil where a site has none.
        public let head: Int?
        /// The share of texts whose label was the likeliest, its 95 % interval, and the mean over labels of their accuracy.
        public let accuracy, low, high, balancedAccuracy: Double
        /// The area under the curve; nil for more than two labels.
        public let auroc: Double?
        /// The mean of −log p of the label, in nats.
        public let logLoss: Double
        /// The 95 % intervals of these three, groups drawn anew; nil where there is none, and in older files.
        public let balancedAccuracyLow, balancedAccuracyHigh, aurocLow, aurocHigh, logLossLow,
            logLossHigh: Double?
        /// The mean accuracy on shuffled labels, the accuracy less that, and the chance of as high an accuracy by
        /// shuffled labels; nil without a control.
        public let control, selectivity, p: Double?

        /// Writes every key that a place always has; of those that it has not, the value is null.
        public func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(site, forKey: .site)
            try object.encode(layer, forKey: .layer)
            try object.encode(head, forKey: .head)
            try object.encode(accuracy, forKey: .accuracy)
            try object.encode(low, forKey: .low)
            try object.encode(high, forKey: .high)
            try object.encode(balancedAccuracy, forKey: .balancedAccuracy)
            try object.encode(auroc, forKey: .auroc)
            try object.encode(logLoss, forKey: .logLoss)
            for (value, key) in [
                (balancedAccuracyLow, CodingKeys.balancedAccuracyLow),
                (balancedAccuracyHigh, .balancedAccuracyHigh), (aurocLow, .aurocLow), (aurocHigh, .aurocHigh),
                (logLossLow, .logLossLow), (logLossHigh, .logLossHigh),
            ] {
                try object.encodeIfPresent(value, forKey: key)
            }
            try object.encodeIfPresent(control, forKey: .control)
            try object.encodeIfPresent(selectivity, forKey: .selectivity)
            try object.encodeIfPresent(p, forKey: .p)
        }
    }

    /// A place and how its accuracy changed.
    public struct Change: Codable, Sendable, Equatable {
        /// As in ``Probe``.
        public let site: String
        /// As in ``Probe``.
        public let layer: Int
        /// As in ``Probe``.
        public let head: Int?
        /// The accuracy afterwards less the accuracy before.
        public let difference: Double
        /// Its 95 % interval.
        public let low, high: Double?
        /// The log-loss afterwards less the log-loss before, in nats: below 0 where more can be read off.
        public let logLossDifference: Double?
        /// Texts that were right only before, and only afterwards.
        public let lost, won: Int
        /// The chance of such a difference where there is none, and the same adjusted for the number of places.
        public let p, q: Double
        /// What the two allow one to say.
        public let verdict: Verdict
    }

    /// The labels, in order.
    public let labels: [String]
    /// Texts with a label, texts without, folds, and shuffles of the control.
    public let texts, leftOut, folds, controls: Int
    /// The weight of the penalty, and the accuracy of always saying the commonest label.
    public let l2, majority: Double
    /// Whether texts of one group were held out together.
    public let grouped: Bool
    /// The states that were probed, and those that they were compared with.
    public let states: String?, compared: String?
    /// Places of the model, in its order.
    public let probes: [Probe]
    /// What changed; nil without a comparison.
    public let changes: [Change]?

    /// Puts together what was found.
    ///
    /// - Parameters:
    ///   - results: what was read off at each place.
    ///   - changes: what changed from the other states; nil without a comparison.
    ///   - labels: their names.
    ///   - leftOut: texts without a label.
    ///   - majority: the accuracy of always saying the commonest label.
    ///   - folds: which examples were held out together.
    ///   - settings: how states were probed.
    ///   - states: the file of the states.
    ///   - compared: the file of the states that they are compared with; nil for none.
    public init(
        _ results: [ProbeResult], _ changes: [ProbeChange]?, labels: [String], leftOut: Int, majority: Double,
        _ folds: ProbeFolds, _ settings: ProbeSettings, states: String, compared: String?
    ) {
        (self.labels, texts, self.leftOut) = (labels, folds.fold.count, leftOut)
        (self.folds, controls, l2) = (settings.folds, settings.controls, settings.l2)
        (self.majority, grouped) = (majority, folds.isGrouped)
        (self.states, self.compared) = (states, compared)
        probes = results.map {
            Probe(
                site: $0.place.site, layer: $0.place.layer, head: $0.place.head,
                accuracy: $0.reading.accuracy,
                low: $0.interval.low, high: $0.interval.high, balancedAccuracy: $0.balancedAccuracy,
                auroc: $0.areaUnderCurve, logLoss: $0.reading.logLoss,
                balancedAccuracyLow: $0.intervals.balancedAccuracy?.low,
                balancedAccuracyHigh: $0.intervals.balancedAccuracy?.high,
                aurocLow: $0.intervals.areaUnderCurve?.low, aurocHigh: $0.intervals.areaUnderCurve?.high,
                logLossLow: $0.intervals.logLoss?.low, logLossHigh: $0.intervals.logLoss?.high,
                control: $0.control,
                selectivity: $0.selectivity, p: $0.p)
        }
        self.changes = changes?.map {
            Change(
                site: $0.place.site, layer: $0.place.layer, head: $0.place.head,
                difference: $0.difference,
                low: $0.interval?.low, high: $0.interval?.high, logLossDifference: $0.logLossDifference,
                lost: $0.lost, won: $0.won, p: $0.p, q: $0.q, verdict: $0.verdict)
        }
    }

    /// A number for each head, [layer × head], with nil where there is no probe; nil where no heads were probed.
    ///
    /// - Parameter value: what is taken of a probe.
    public func heads(_ value: (Probe) -> Double?) -> HeadNumbers? {
        HeadNumbers(probes.compactMap { probe in probe.head.map { (probe.layer, $0, value(probe)) } })
    }

    /// The same of changes.
    public func changedHeads(_ value: (Change) -> Double?) -> HeadNumbers? {
        HeadNumbers(
            (changes ?? []).compactMap { change in change.head.map { (change.layer, $0, value(change)) } })
    }
}

/// A number for each head of a model, or of some of its layers.
public struct HeadNumbers: Sendable, Equatable {
    /// How many layers, from 0, and heads in each.
    public let layers, heads: Int
    /// [layer × head], row by row; nil where nothing is known.
    public let values: [Double?]

    init?(_ found: [(layer: Int, head: Int, value: Double?)]) {
        guard let top = found.map(\.layer).max(), let last = found.map(\.head).max() else { return nil }
        (layers, heads) = (top + 1, last + 1)
        var values = [Double?](repeating: nil, count: layers * heads)
        for (layer, head, value) in found { values[layer * heads + head] = value }
        self.values = values
    }
}
