/// What happened with an example: a line of what `evaluate` writes, of which a later evaluation reads the accuracies.
///
/// A multiple-choice question has accuracies and predictions, whose options count from 0; an answer that the model wrote has
/// `exact_match` and `generation`; a pair of answers has `acc` and `acc_tokens`. Log-likelihoods are sums in nats.
public struct EvaluationLine: Codable, Sendable, Equatable {
    /// The example's id.
    public let id: String
    /// Whether the right option, or the chosen answer, is the likeliest: by its sum, per character, byte and token.
    public private(set) var acc, acc_norm, acc_bytes, acc_tokens: Bool?
    /// Whether the written answer is the right one.
    public private(set) var exact_match: Bool?
    /// The option that the sums choose, or the written answer; none where no answer was found.
    public private(set) var prediction: Answer?
    /// The option that is likeliest per character, byte and token.
    public private(set) var prediction_norm, prediction_bytes, prediction_tokens: Int?
    /// The right option or answer; `chosen` for a pair.
    public let reference: Answer
    /// Whether two options are equally likely, so that their order alone chose.
    public private(set) var tied: Bool?
    /// All that the model wrote.
    public private(set) var generation: String?
    /// Of each option, or of the chosen answer and the rejected one.
    public private(set) var log_likelihoods: [Double]?
    /// The tokens of each option or answer, or of what the model wrote.
    public private(set) var tokens: Counts?
    /// Whether the model ended what it wrote.
    public private(set) var finished: Bool?
    /// −log p of the right answer's tokens, their mean in nats; nil where a file lacks it.
    public private(set) var nll: Double?

    /// An option's index, or an answer as text.
    public enum Answer: Codable, Sendable, Equatable, CustomStringConvertible {
        /// The index of an option, from 0.
        case option(Int)
        /// What is answered.
        case text(String)

        /// Reads a number or a string.
        public init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            self =
                if let index = try? value.decode(Int.self) { .option(index) } else {
                    .text(try value.decode(String.self))
                }
        }

        /// Writes the number or the string.
        public func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .option(let index): try value.encode(index)
            case .text(let text): try value.encode(text)
            }
        }

        /// The answer as text.
        public var description: String {
            switch self {
            case .option(let index): "\(index)"
            case .text(let text): text
            }
        }
    }

    /// One number of tokens, or one for each answer.
    public enum Counts: Codable, Sendable, Equatable {
        /// Of what the model wrote.
        case one(Int)
        /// Of each answer.
        case each([Int])

        /// Reads a number or a list.
        public init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            self =
                if let count = try? value.decode(Int.self) { .one(count) } else {
                    .each(try value.decode([Int].self))
                }
        }

        /// Writes the number or the list.
        public func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .one(let count): try value.encode(count)
            case .each(let counts): try value.encode(counts)
            }
        }
    }

    /// Whether the example was answered right, by each metric that there is.
    public var correct: [String: Bool] {
        let all = [
            "acc": acc, "acc_norm": acc_norm, "acc_bytes": acc_bytes, "acc_tokens": acc_tokens,
            "exact_match": exact_match,
        ]
        return all.compactMapValues(\.self)
    }
}

extension EvaluationLine {
    /// The line of a multiple-choice question.
    public init(_ outcome: ChoiceOutcome) {
        (id, reference) = (outcome.id, .option(outcome.answer))
        prediction = .option(outcome.prediction(by: .none))
        prediction_norm = outcome.prediction(by: .characters)
        prediction_bytes = outcome.prediction(by: .bytes)
        prediction_tokens = outcome.prediction(by: .tokens)
        (acc, acc_norm) = (outcome.isCorrect(by: .none), outcome.isCorrect(by: .characters))
        (acc_bytes, acc_tokens) = (outcome.isCorrect(by: .bytes), outcome.isCorrect(by: .tokens))
        tied = outcome.isTied(by: .none)
        (log_likelihoods, tokens, nll) = (outcome.logLikelihoods, .each(outcome.tokens), outcome.answerLoss)
    }

    /// The line of an answer that the model wrote.
    public init(_ outcome: MatchOutcome) {
        (id, reference) = (outcome.id, .text(outcome.reference))
        (exact_match, prediction) = (outcome.isCorrect, outcome.prediction.map { .text($0) })
        (generation, tokens) = (outcome.generation, .one(outcome.tokens))
        (finished, nll) = (outcome.isFinished, outcome.referenceLoss)
    }

    /// The line of a pair of answers.
    public init(_ outcome: PreferenceOutcome) {
        (id, reference, nll) = (outcome.id, .text("chosen"), outcome.chosenLoss)
        (acc, acc_tokens) = (outcome.margin > 0, outcome.marginPerToken > 0)
        log_likelihoods = [outcome.chosen, outcome.rejected]
        tokens = .each([outcome.chosenTokens, outcome.rejectedTokens])
    }
}

extension LengthNormalization {
    /// The accuracy's name.
    public var metric: String {
        switch self {
        case .none: "acc"
        case .characters: "acc_norm"
        case .bytes: "acc_bytes"
        case .tokens: "acc_tokens"
        }
    }
}
