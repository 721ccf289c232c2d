/// The keys that tell what a record's shape is.
enum ExampleShape: CaseIterable {
    case messages, conversations, promptCompletion, instruction, questionAnswer, text

    /// The keys that a record of the shape has.
    var keys: [String] {
        switch self {
        case .messages: ["messages"]
        case .conversations: ["conversations"]
        case .promptCompletion: ["prompt", "completion"]
        case .instruction: ["instruction", "output"]
        case .questionAnswer: ["question", "answer"]
        case .text: ["text"]
        }
    }

    /// The first shape whose keys are all there.
    init(of keys: RecordKeys) throws(BadLine) {
        guard let shape = Self.allCases.first(where: { keys.names.isSuperset(of: $0.keys) }) else {
            let known = Self.allCases.map { $0.keys.joined(separator: " and ") }.joined(separator: ", or ")
            let found = keys.names.sorted().joined(separator: ", ")
            throw BadLine(reason: "expected a record with \(known); found the keys [\(found)]")
        }
        if shape == .questionAnswer, !keys.names.isDisjoint(with: ["options", "choices"]) {
            throw BadLine(
                reason: "a question with options is for `evaluate`; give the answer's text as a completion")
        }
        self = shape
    }
}

/// The keys of a record, whatever their values.
struct RecordKeys: Decodable {
    let names: Set<String>

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        names = Set(try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue))
    }
}
