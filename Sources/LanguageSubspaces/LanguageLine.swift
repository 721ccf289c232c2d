public import Evaluation

/// What came of a question, a prompt or a text in some language: a line of `languages evaluate --output`.
public struct LanguageLine: Codable, Sendable, Equatable {
    /// The record's id.
    public let id: String
    /// Its language.
    public let lang: String
    /// Of a question: whether the right option has the largest sum of log p, and the largest per character.
    public private(set) var acc, acc_norm: Bool?
    /// Of a question: the option that the sums choose, and the right one.
    public private(set) var prediction, reference: Int?
    /// Of a question: log p of each option, sums in nats.
    public private(set) var log_likelihoods: [Double]?
    /// Of a prompt: the greedy answer, and the language that it is told to be in; nil where it has no letter.
    public private(set) var answer, answer_lang: String?
    /// Of a prompt: whether the answer is in its language.
    public private(set) var faithful: Bool?
    /// Of a text: −log p of its tokens, their mean in nats.
    public private(set) var nll: Double?
    /// Of a text: how many tokens are predicted.
    public private(set) var tokens: Int?

    /// The line of a question.
    public init(_ outcome: ChoiceOutcome, lang: String) {
        (id, self.lang, reference) = (outcome.id, lang, outcome.answer)
        (acc, acc_norm) = (outcome.isCorrect(by: .none), outcome.isCorrect(by: .characters))
        (prediction, log_likelihoods) = (outcome.prediction(by: .none), outcome.logLikelihoods)
    }

    /// The line of a prompt.
    ///
    /// - Parameter isFaithful: nil where the language is none that can be told.
    public init(id: String, lang: String, answer: String, in language: String?, isFaithful: Bool?) {
        (self.id, self.lang, self.answer, answer_lang, faithful) = (id, lang, answer, language, isFaithful)
    }

    /// The line of a text.
    public init(id: String, lang: String, nll: Double, tokens: Int) {
        (self.id, self.lang, self.nll, self.tokens) = (id, lang, nll, tokens)
    }
}
