import LaMerCurriculum
import Records

/// An example that a remedy trains on or measures: a line of the repair examples that it is given, and of the files that it
/// writes.
struct RemedyExample: Codable {
    let id: String
    /// Whether it is for no repair; nil in the lines of `synthesize` and `schedule`.
    let general: Bool?
    let prompt, completion: Turns
    /// The pair that it was made for; not kept in the mixture.
    let query_id, fact: String?

    /// Messages where the model has a chat template; else one text.
    enum Turns: Codable {
        case messages([Message])
        case text(String)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .text(text)
            } else {
                self = .messages(try value.decode([Message].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .messages(let messages): try value.encode(messages)
            case .text(let text): try value.encode(text)
            }
        }

        /// The messages, or the text as one.
        func messages(by role: String) -> [Message] {
            switch self {
            case .messages(let messages): messages
            case .text(let text): [Message(role: role, content: text)]
            }
        }
    }

    init(id: String, general: Bool, prompt: [Message], completion: [Message], usesTemplate: Bool) {
        (self.id, self.general, query_id, fact) = (id, general, nil, nil)
        func text(_ messages: [Message]) -> String { messages.map(\.content).joined(separator: "\n") }
        if usesTemplate {
            (self.prompt, self.completion) = (.messages(prompt), .messages(completion))
        } else {
            (self.prompt, self.completion) = (.text(text(prompt) + "\n"), .text(text(completion)))
        }
    }

    /// A repair example as it is trained on.
    init(training example: RemedyExample, usesTemplate: Bool) {
        self.init(
            id: example.id, general: false, prompt: example.prompt.messages(by: "user"),
            completion: example.completion.messages(by: "assistant"), usesTemplate: usesTemplate)
    }

    /// A query with one of its answers.
    init(asking pair: DiagnosisLine, answer: String, usesTemplate: Bool) {
        self.init(
            id: pair.queryID, general: false, prompt: [Message(role: "user", content: pair.query)],
            completion: [Message(role: "assistant", content: answer)], usesTemplate: usesTemplate)
    }
}
