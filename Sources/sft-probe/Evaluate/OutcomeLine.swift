import Evaluation

/// What happened with an example, as `evaluate --output` writes it.
enum OutcomeLine: Encodable {
    case choice(ChoiceOutcomeLine)
    case match(MatchOutcomeLine)
    case preference(PreferenceOutcomeLine)

    /// The example's id.
    var id: String {
        switch self {
        case .choice(let line): line.id
        case .match(let line): line.id
        case .preference(let line): line.id
        }
    }

    /// The right answer as text.
    var reference: String {
        switch self {
        case .choice(let line): "\(line.reference)"
        case .match(let line): line.reference
        case .preference(let line): line.reference
        }
    }

    /// Whether the example was answered right, by each metric.
    var correct: [String: Bool] {
        switch self {
        case .choice(let line):
            [
                "acc": line.acc, "acc_norm": line.acc_norm, "acc_bytes": line.acc_bytes,
                "acc_tokens": line.acc_tokens,
            ]
        case .match(let line): ["exact_match": line.exact_match]
        case .preference(let line): ["acc": line.acc, "acc_tokens": line.acc_tokens]
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .choice(let line): try line.encode(to: encoder)
        case .match(let line): try line.encode(to: encoder)
        case .preference(let line): try line.encode(to: encoder)
        }
    }
}

/// A multiple-choice question's line. Options count from 0; log-likelihoods are sums in nats.
struct ChoiceOutcomeLine: Encodable {
    let id: String
    let acc, acc_norm, acc_bytes, acc_tokens: Bool
    let prediction, prediction_norm, prediction_bytes, prediction_tokens, reference: Int
    let tied: Bool
    let log_likelihoods: [Double]
    let tokens: [Int]
    let nll: Double

    init(_ outcome: ChoiceOutcome) {
        (id, reference, tokens) = (outcome.id, outcome.answer, outcome.tokens)
        (log_likelihoods, nll) = (outcome.logLikelihoods, outcome.answerLoss)
        prediction = outcome.prediction(by: .none)
        prediction_norm = outcome.prediction(by: .characters)
        prediction_bytes = outcome.prediction(by: .bytes)
        prediction_tokens = outcome.prediction(by: .tokens)
        (acc, acc_norm) = (prediction == reference, prediction_norm == reference)
        (acc_bytes, acc_tokens) = (prediction_bytes == reference, prediction_tokens == reference)
        tied = outcome.isTied(by: .none)
    }
}

/// The line of an answer that the model wrote; without `prediction` where no answer was found.
struct MatchOutcomeLine: Encodable {
    let id: String
    let exact_match: Bool
    let prediction: String?
    let reference, generation: String
    let tokens: Int
    let finished: Bool
    let nll: Double

    init(_ outcome: MatchOutcome) {
        (id, exact_match, prediction) = (outcome.id, outcome.isCorrect, outcome.prediction)
        (reference, generation, tokens) = (outcome.reference, outcome.generation, outcome.tokens)
        (finished, nll) = (outcome.isFinished, outcome.referenceLoss)
    }
}

/// A pair's line; log-likelihoods are sums in nats, of the chosen answer and the rejected one.
struct PreferenceOutcomeLine: Encodable {
    let id: String
    let acc, acc_tokens: Bool
    let reference: String
    let log_likelihoods: [Double]
    let tokens: [Int]
    let nll: Double

    init(_ outcome: PreferenceOutcome) {
        (id, reference, nll) = (outcome.id, "chosen", outcome.chosenLoss)
        (acc, acc_tokens) = (outcome.margin > 0, outcome.marginPerToken > 0)
        log_likelihoods = [outcome.chosen, outcome.rejected]
        tokens = [outcome.chosenTokens, outcome.rejectedTokens]
    }
}

extension LengthNormalization {
    /// The accuracy's name.
    var metric: String {
        switch self {
        case .none: "acc"
        case .characters: "acc_norm"
        case .bytes: "acc_bytes"
        case .tokens: "acc_tokens"
        }
    }
}
