/// How a diagnosis is made; a value, so that a record can say it and another run repeat it.
public struct DiagnosisSettings: Sendable {
    /// Where the candidate answers of queries come from.
    public enum CandidateSource: String, Sendable, CaseIterable {
        /// The record's own.
        case options
        /// Answers sampled from the model when it is told nothing.
        case sampled
        /// These, and answers sampled when it is told a fact.
        case union
    }

    /// What a belief with a fact is compared with.
    public enum Comparison: String, Sendable, CaseIterable {
        /// The query alone.
        case nothing
        /// The query after a random fact, which cancels what any sentence does.
        case placebo
    }

    /// Where candidates come from; nil for `options` where every query has some, else `union`.
    public var candidates: CandidateSource?
    /// How answers are sampled.
    public var sampling = Sampling()
    /// How an answer is scored; nil to choose by the lengths of each query's candidates.
    public var normalization: Normalization?
    /// Divides the scores.
    public var scoreTemperature = 1.0
    /// Whether random facts set the threshold.
    public var isCalibrated = true
    /// Random facts per query for that.
    public var placebos = 3
    /// What a belief with a fact is compared with.
    public var comparison = Comparison.nothing
    /// The least threshold, in nats; at 0 the paper's 0.1 takes its place, and every pair is wanted.
    public var threshold = 0.1
    /// What cuts the bands.
    public var bands = BandRule.fixed
    /// Whether next-token distributions are compared too.
    public var comparesTokens = false
    /// The random seed.
    public var seed = 0
    /// Tokens a worker computes together when it samples, and when it scores.
    public var samplingPackTokens = 320
    /// Tokens a worker computes together when it scores.
    public var packTokens = 1024
    /// Packs computed in parallel.
    public var workers = 1

    /// The default values.
    public init() {}

    /// The least threshold that is used, in nats.
    var floor: Double { threshold == 0 ? 0.1 : threshold }
}

/// What happens in a diagnosis, for who watches it.
public enum DiagnosisEvent: Sendable {
    /// Work of this name begins, on so many items.
    case begins(String, total: Int)
    /// Items and tokens are finished.
    case progress(items: Int, tokens: Int)
    /// The work that began last is finished.
    case ends
    /// Something was decided.
    case decided(String)
    /// Something was left out, or could not be done.
    case warning(String)
}
