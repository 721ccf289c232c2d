import Tokenization
import Transformers

/// The first line of a file of completions: what they depend on.
struct CompletionHeader: Codable {
    var format = "sft-probe/completions"
    var version = 1
    let model, model_sha256: String
    let adapter_sha256: String?
    let data_sha256: String
    let limit: Int?
    let ignore_fields: [String]
    let skip_bad_lines: Bool
    /// The day that the chat template printed; nil where it printed none.
    let template_date: String?
    let max_tokens: Int
    let temperature: Float
    let top_k: Int
    let top_p: Float
    let samples, beams: Int
    let length_penalty: Float
    let early_stopping: String
    let no_repeat_ngram, seed: Int
    let precision: String
    let log_probabilities: Bool
}

/// The line of a prompt.
struct CompletionLine: Codable {
    let id: String
    let prompt_tokens: Int
    let completions: [Completion]
}

/// A continuation of a prompt.
struct Completion: Codable {
    /// The text, without special tokens.
    let text: String
    /// Its tokens, without the end token.
    let ids: [Int32]
    /// `end` for an end token, `length` for the limit or the model's context.
    let finish: String
    /// log p of the tokens, the end token included, in nats.
    let log_probability: Double
    /// The same of each token, where that was asked for.
    let log_probabilities: [Float]?
    /// The score of beam search.
    let score: Float?

    init(_ made: Continuation, score: Float? = nil, _ tokenizer: Tokenizer, withTokens: Bool) {
        text = tokenizer.decode(made.ids, skipSpecialTokens: true)
        ids = made.ids
        finish = made.end == nil ? "length" : "end"
        log_probability = made.logProbability
        log_probabilities = withTokens ? made.logProbabilities : nil
        self.score = score
    }
}
