import Foundation
import Records

/// The body of a request for a completion.
struct CompletionRequest: Encodable {
    let model: String
    let asked: TeacherRequest
    let fields: CompletionFields
    /// Whether the conversation is one text that is to be continued.
    var isText = false
    /// Whether the log-probabilities of what could have been said instead are asked for.
    var wantsAlternatives = false

    private enum CodingKeys: String, CodingKey {
        case model, messages, prompt, temperature, seed, logprobs
        case topLogProbabilities = "top_logprobs"
    }
    private struct Named: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var body = encoder.container(keyedBy: CodingKeys.self)
        try body.encode(model, forKey: .model)
        if isText {
            let text = asked.messages.map(\.content).joined(separator: "\n\n")
            try body.encode(text + "\n", forKey: .prompt)
        } else {
            try body.encode(asked.messages, forKey: .messages)
        }
        if wantsAlternatives, let count = fields.alternatives {
            if isText {
                try body.encode(count, forKey: .logprobs)
            } else {
                try body.encode(true, forKey: .logprobs)
                try body.encode(count, forKey: .topLogProbabilities)
            }
        }
        if fields.temperature { try body.encode(asked.temperature, forKey: .temperature) }
        var renamed = encoder.container(keyedBy: Named.self)
        for (name, value) in [(fields.limit, asked.maxTokens), (fields.seed, asked.seed)] {
            if let name { try renamed.encode(value, forKey: Named(stringValue: name)) }
        }
    }
}

/// The optional fields of a request, under the names that the server takes. OpenAI's newer models want
/// `max_completion_tokens` and no temperature, Mistral wants `random_seed`; some servers refuse what they do not know.
struct CompletionFields: Sendable, Equatable {
    /// What the most tokens of a reply are called; nil where they are not sent.
    private(set) var limit: String? = "max_tokens"
    /// What the seed is called; nil where it is not sent.
    private(set) var seed: String? = "seed"
    /// Whether the temperature is sent.
    private(set) var temperature = true
    /// How many alternatives of each token are asked for, where they are wanted; nil where they are not sent. OpenAI gives at
    /// most 20 for chats, 5 for texts.
    private(set) var alternatives: Int? = 20

    /// Renames or leaves out the fields that a server's refusal names.
    ///
    /// - Returns: what was done, for the user; none where the refusal names no such field.
    mutating func yield(to refusal: String) -> [String] {
        var done: [String] = []
        if let name = limit, refusal.contains(name) {
            limit = name == "max_tokens" ? "max_completion_tokens" : nil
            done.append(limit.map { "\($0) is sent for \(name)" } ?? "\(name) is left out")
        }
        if let name = seed, refusal.contains(name) {
            seed = name == "seed" && refusal.contains("random_seed") ? "random_seed" : nil
            done.append(seed.map { "\($0) is sent for \(name)" } ?? "\(name) is left out")
        }
        if temperature && refusal.contains("temperature") {
            temperature = false
            done.append("temperature is left out")
        }
        if let count = alternatives, refusal.contains("logprobs") {
            alternatives = count == 20 ? 5 : nil
            done.append(
                alternatives.map { "\($0) alternatives are asked for, not \(count)" }
                    ?? "logprobs is left out")
        }
        return done
    }
}
