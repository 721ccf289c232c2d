import JSON
import ChatTemplates
import Records

/// An example as a line of JSON in the shape that it came in.
struct ExampleRecord: Encodable {
    let example: Example
    let id: String
    let task: String

    private enum Key: String, CodingKey {
        case id, task, prompt, completion, messages, text, tools, documents
        case templateVariables = "chat_template_kwargs"
    }

    func encode(to encoder: any Encoder) throws {
        var record = encoder.container(keyedBy: Key.self)
        try record.encode(id, forKey: .id)
        try record.encode(task, forKey: .task)
        switch example.content {
        case .promptCompletion(let prompt, let completion):
            try record.encode(prompt, forKey: .prompt)
            try record.encode(completion, forKey: .completion)
        case .conversation(let messages, 0): try record.encode(messages, forKey: .messages)
        case .conversation(let messages, let supervisedFrom):
            try record.encode(Array(messages[..<supervisedFrom]), forKey: .prompt)
            try record.encode(Array(messages[supervisedFrom...]), forKey: .completion)
        case .text(let text): try record.encode(text, forKey: .text)
        }
        var others: [JSONValue.Member] = []
        for member in example.variables {
            switch member.key {
            case "tools": try record.encode(member.value, forKey: .tools)
            case "documents": try record.encode(member.value, forKey: .documents)
            default: others.append(member)
            }
        }
        if !others.isEmpty { try record.encode(JSONValue.object(others), forKey: .templateVariables) }
    }
}

extension Content {
    /// The name of the shape, of which a file holds one.
    var shape: String {
        switch self {
        case .promptCompletion: "prompt and completion as strings"
        case .conversation(_, 0): "messages"
        case .conversation: "prompt and completion as messages"
        case .text: "text"
        }
    }

    /// All that is read and learned.
    var wholeText: String {
        switch self {
        case .promptCompletion(let prompt, let completion): prompt + "\n" + completion
        case .conversation(let messages, _): messages.map(\.content).joined(separator: "\n")
        case .text(let text): text
        }
    }
}
