public import Statistics

/// What a complex task's pattern is made of, with the controls without which a good fit means little.
///
/// If all tasks share a strong common part, any two tasks fit any third: read R² beside `single`, `random` and
/// `partial`.
public struct Composition: Sendable, Equatable {
    /// Which patterns are fitted to which, and how.
    public struct Question: Sendable, Equatable {
        /// The task to explain.
        public let target: String
        /// The tasks to explain it by.
        public let basics: [String]
        /// All other tasks: for the common mode and for random sets.
        public let others: [String]
        /// How factors are found.
        public let method: FitMethod
        /// Whether every head gets the same amount added.
        public let intercept: Bool

        /// Asks what `target` is made of.
        public init(
            target: String, basics: [String], others: [String], method: FitMethod = .nonNegative,
            intercept: Bool = false
        ) {
            precondition(!basics.isEmpty, "nothing to compose \(target) of")
            self.target = target
            self.basics = basics
            self.others = others
            self.method = method
            self.intercept = intercept
        }
    }

    /// A fit with other tasks than the basic ones.
    public struct Control: Sendable, Equatable {
        /// The tasks.
        public let tasks: [String]
        /// The fit's uncentred R².
        public let uncentredR2: Double?
        /// The fit's centred R².
        public let centredR2: Double?
        /// The R² when a constant and the common mode are out; see ``Composition/partialR2``.
        public let partialR2: Double?
    }

    /// What was asked.
    public let question: Question
    /// The factor of each basic task.
    public let coefficients: [Estimate]
    /// Each basic task's part in the sum of the factors.
    public let shares: [Estimate]
    /// See ``Fit/intercept``.
    public let intercept: Double
    /// See ``Fit/centredR2``.
    public let centredR2: Estimate
    /// See ``Fit/uncentredR2``.
    public let uncentredR2: Estimate
    /// The R² that is left when a constant and the mean pattern of the remaining tasks are taken out of the target and
    /// of the basic tasks; `nil` without remaining tasks.
    public let partialR2: Estimate
    /// The factors in that fit; `nil` without remaining tasks.
    public let partialCoefficients: [Estimate]?
    /// 1 − the squared errors over those of the mean, each layer predicted by a fit to all the others.
    public let leaveOneLayerOutR2: Double?
    /// The fit by each basic task alone, best first.
    public let singles: [Control]
    /// Fits by as many other tasks (or all, when there are fewer), drawn at random, best first; empty when there are no
    /// others.
    public let random: [Control]
    /// By how much `partialR2` passes that of the best set of other tasks, both from the same resample; `nil` without
    /// other tasks.
    public let advantage: Estimate
    /// How far errors in the target can grow in the factors; large where basic tasks are nearly alike.
    public let condition: Double
}

/// A pattern of each task and of each of its resamples; over all heads.
public struct TaskPatterns: Sendable {
    /// The task.
    public let task: String
    /// Its pattern.
    public let own: [Double]
    /// The patterns of resampled examples; empty for a single example.
    public let drawn: [[Double]]

    /// How many examples were drawn each time.
    public let examples: Int

    /// Holds a pattern and its resamples.
    public init(task: String, own: [Double], drawn: [[Double]], examples: Int = 0) {
        self.task = task
        self.own = own
        self.drawn = drawn
        self.examples = examples
    }

    /// The activation of a task at one checkpoint.
    public init(
        _ measurement: HeadMeasurement, scale: PatternScale = .raw, resamples: Int = 1000, seed: Int = 0
    ) {
        let form: ([Double]) -> [Double] = { scale.applied(to: $0, heads: measurement.heads) }
        self.init(
            task: measurement.task, own: form(measurement.activation),
            drawn: measurement.resampledAlone(resamples, seed: seed).map(form), examples: measurement.examples
        )
    }

    /// The change of a task's activation between two checkpoints; the same examples are drawn together.
    public init(
        from before: HeadMeasurement, to after: HeadMeasurement, scale: PatternScale = .raw,
        resamples: Int = 1000, seed: Int = 0
    ) {
        let first = TaskPatterns(before, scale: scale, resamples: resamples, seed: seed)
        let second = TaskPatterns(
            after, scale: scale, resamples: resamples,
            seed: before.ids == after.ids ? seed : seed &+ 1)
        self.init(
            task: after.task, own: subtracting(second.own, first.own),
            drawn: zip(first.drawn, second.drawn).map { subtracting($1, $0) },
            examples: min(first.examples, second.examples))
    }
}
