public import Statistics

/// Whether a task uses the same heads as another, beside control tasks: all tasks share much of their pattern, so a high
/// similarity alone says little.
public struct SharedHeads: Sendable, Equatable {
    /// A task beside the target.
    public struct Comparison: Sendable, Equatable {
        /// The task.
        public let task: String
        /// The correlation of its activation pattern with the target's.
        public let similarity: Estimate
        /// The same after the mean pattern of the remaining tasks is taken out of both; nil where none remains.
        public let withoutCommonMode: Estimate?
        /// The candidate's similarity less this control's, on the same resamples; nil for the candidate itself.
        public let gain: Estimate?
        /// The same without the common mode.
        public let gainWithoutCommonMode: Estimate?
    }

    /// The task that the others are compared with.
    public let target: String
    /// The correlation that as many other examples of the target would have with it: the most to be hoped for.
    public let ceiling: Double?
    /// The candidate, then the controls.
    public let comparisons: [Comparison]

    /// Compares patterns that were measured on the same heads, with 95 % intervals from a bootstrap over the examples of
    /// each.
    public init(
        of target: HeadMeasurement, with candidate: HeadMeasurement, controls: [HeadMeasurement],
        resamples: Int = 1000, seed: Int = 0
    ) {
        let all = [target, candidate] + controls
        let drawn = all.map { $0.resampledAlone(resamples, seed: seed) }
        let own = similarities(all.map(\.activation))
        let resampled = (0..<(drawn.map(\.count).min() ?? 0)).map { resample in
            similarities(drawn.map { $0[resample] })
        }
        let examples = all.map(\.examples).min() ?? 0
        func estimate(_ part: ([Likeness]) -> Double?, reach: Double = 1) -> Estimate {
            biasCorrected(part(own), resampled.map(part), examples: examples, within: -reach...reach)
        }
        func gain(_ place: Int, _ part: @escaping (Likeness) -> Double?) -> Estimate? {
            guard place > 0, part(own[place]) != nil else { return nil }
            return estimate(
                { all in part(all[0]).flatMap { own in part(all[place]).map { own - $0 } } }, reach: 2)
        }
        self.target = target.task
        ceiling = target.reliability(seed: seed)
        comparisons = own.indices.map { place in
            Comparison(
                task: all[place + 1].task, similarity: estimate { $0[place].plain },
                withoutCommonMode: own[place].specific == nil ? nil : estimate { $0[place].specific },
                gain: gain(place, \.plain), gainWithoutCommonMode: gain(place, \.specific))
        }
    }
}

/// How alike two patterns are, as they are and without what the other tasks have in common.
private struct Likeness {
    let plain, specific: Double?
}

/// The likeness of the first pattern to each of the others.
private func similarities(_ patterns: [[Double]]) -> [Likeness] {
    (1..<patterns.count).map { place in
        let rest = (1..<patterns.count).filter { $0 != place }.map { patterns[$0] }
        let (target, other) = (patterns[0], patterns[place])
        guard !rest.isEmpty else { return Likeness(plain: pearson(target, other), specific: nil) }
        let mode = mean(rest)
        return Likeness(
            plain: pearson(target, other),
            specific: pearson(removingCommonMode(target, mode), removingCommonMode(other, mode)))
    }
}
