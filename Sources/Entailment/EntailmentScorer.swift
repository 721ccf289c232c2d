public import Teachers

/// Two texts, of which the second may follow from the first.
public struct EntailmentPair: Sendable, Hashable, Codable {
    /// What is given.
    public let premise: String
    /// What may follow.
    public let hypothesis: String

    /// A premise and a hypothesis.
    public init(premise: String, hypothesis: String) {
        (self.premise, self.hypothesis) = (premise, hypothesis)
    }
}

/// Something that says how probable it is that a premise entails a hypothesis.
public protocol EntailmentScorer: Sendable {
    /// What it is, for every result to say.
    var source: EntailmentSource { get }

    /// The probability that each premise entails its hypothesis, from 0 to 1, in the order of the pairs.
    ///
    /// - Parameters:
    ///   - pairs: premises with hypotheses.
    ///   - progress: sees how many pairs are finished, as they are.
    nonisolated(nonsending) func probabilities(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> [Double]

    /// The same with what they come from: of some scorers only their answers tell how they were read.
    nonisolated(nonsending) func scores(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> EntailmentScores
}

/// Probabilities, and what they come from.
public struct EntailmentScores: Sendable, Equatable {
    /// The probability of each pair, from 0 to 1.
    public let probabilities: [Double]
    /// What scored them.
    public let source: EntailmentSource
}

extension EntailmentScorer {
    /// The probabilities of a scorer that is known beforehand.
    nonisolated(nonsending) public func scores(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> EntailmentScores {
        EntailmentScores(
            probabilities: try await probabilities(of: pairs, progress: progress), source: source)
    }

    /// The probability that each premise entails its hypothesis, from 0 to 1.
    nonisolated(nonsending) public func probabilities(
        of pairs: [EntailmentPair]
    ) async throws(EntailmentError) -> [Double] {
        try await probabilities(of: pairs) { _ in }
    }
}

/// How entailment is scored.
public enum EntailmentForm: String, Sendable, Codable, CaseIterable {
    /// A causal language model is asked yes or no.
    case model
    /// A teacher is asked.
    case endpoint
    /// A cross-encoder with NLI labels.
    case encoder
    /// A file of judgements.
    case recorded
    /// The share of the hypothesis' words that the premise has: no entailment.
    case words
}

/// How a teacher's answer is read.
public enum EntailmentReading: String, Sendable, Codable {
    /// p = p(yes) / (p(yes) + p(no)), from the log-probabilities of what its answer could have begun with.
    case logProbabilities = "log-probabilities"
    /// 1 where its first word is yes, 0 where it is no.
    case firstWord = "first word"
}

/// What scored entailment: part of every result, for probabilities of different sources are not comparable.
public struct EntailmentSource: Sendable, Equatable, Codable {
    /// The form.
    public let form: EntailmentForm
    /// The model, the encoder or the file.
    public let name: String
    /// A digest of the weights, where it was taken.
    public let sha256: String?
    /// How a teacher's answers were read; nil for other forms, and before it answered.
    public private(set) var reading: EntailmentReading?
    /// The probability from which a pair counts as entailed.
    public let threshold: Double
    /// What has to stand beside every figure.
    public let note: String?
    /// What probabilities were calibrated by, where they were.
    public let calibration: EntailmentCalibration.Parameters?

    /// A source, not calibrated.
    public init(
        _ form: EntailmentForm, _ name: String, sha256: String? = nil, threshold: Double = 0.5,
        note: String? = nil
    ) {
        (self.form, self.name, self.sha256) = (form, name, sha256)
        (self.threshold, self.note, calibration) = (threshold, note, nil)
    }

    /// A source whose probabilities are calibrated: a pair counts as entailed from 0.5 on.
    init(_ source: EntailmentSource, calibratedBy calibration: EntailmentCalibration.Parameters) {
        (form, name, sha256) = (source.form, source.name, source.sha256)
        (threshold, note, self.calibration) = (0.5, source.note, calibration)
        reading = source.reading
    }

    /// The same of a teacher whose answers were read in some way.
    func read(by reading: EntailmentReading) -> EntailmentSource {
        var source = self
        source.reading = reading
        return source
    }

    private enum CodingKeys: String, CodingKey {
        case form, name, sha256, reading, threshold, note, calibration
    }
}

/// Why entailment could not be scored.
public enum EntailmentError: Error, Equatable, CustomStringConvertible {
    /// A file of judgements has none of a pair.
    case notRecorded(path: String, EntailmentPair)
    /// A file judges a pair in two ways.
    case contradicts(path: String, EntailmentPair)
    /// A reply begins with neither yes nor no.
    case unclear(teacher: String, EntailmentPair, reply: String)
    /// A pair does not fit a model's context.
    case tooLong(model: String, EntailmentPair, tokens: Int, limit: Int)
    /// A probability is no finite number.
    case notFinite(model: String, EntailmentPair)
    /// A cross-encoder's labels do not say which one is entailment.
    case labels(encoder: String, found: [String])
    /// A tokenizer does not say how two texts are put together.
    case noPairs(encoder: String)
    /// A calibration was made for something else.
    case otherCalibration(path: String, of: String, found: String)
    /// Labelled pairs are not of two kinds.
    case oneKind(path: String)
    /// Numbers label pairs, and what they mean is not known.
    case ambiguousLabels(path: String, line: Int)
    /// A label is none that is known.
    case strangeLabel(path: String, line: Int, found: String)
    /// A teacher gave no reply.
    case teacher(TeacherError)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .notRecorded(let path, let pair): "\(path) has no judgement of \(shown(pair))."
        case .contradicts(let path, let pair): "\(path) judges in two ways \(shown(pair))."
        case .unclear(let teacher, let pair, let reply):
            "\(teacher) answers neither yes nor no but \"\(reply.prefix(80))\" to \(shown(pair))."
        case .tooLong(let model, let pair, let tokens, let limit):
            "\(model) takes at most \(limit) tokens, and \(tokens) are needed for \(shown(pair))."
        case .notFinite(let model, let pair):
            "\(model) gives no finite number for \(shown(pair)); check its weights."
        case .labels(let encoder, let found):
            "\(encoder): id2label of config.json names \(found.joined(separator: ", ")); expected exactly one label "
                + "\"entailment\"."
        case .noPairs(let encoder):
            "\(encoder): tokenizer.json has no post-processor for pairs of texts."
        case .otherCalibration(let path, let of, let found):
            "\(path) was made for \(of), and not for \(found)."
        case .oneKind(let path):
            "\(path): a calibration takes pairs that are entailed and pairs that are not."
        case .ambiguousLabels(let path, let line):
            "\(path), line \(line): labels are the numbers 0 and 1, and which of them is entailment is not known."
        case .strangeLabel(let path, let line, let found):
            "\(path), line \(line): the label \(found) is neither entailment, neutral nor contradiction, true nor "
                + "false."
        case .teacher(let error): error.description
        }
    }
}

private func shown(_ pair: EntailmentPair) -> String {
    "the premise \"\(pair.premise.prefix(300))\" with the hypothesis \"\(pair.hypothesis.prefix(300))\""
}
