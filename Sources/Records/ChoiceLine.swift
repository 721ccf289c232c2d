/// A multiple-choice record, as its line gives it.
struct ChoiceLine: Decodable {
    let id: String?
    let task: String?
    let prompt: ChoiceQuestion.Prompt
    let options: [String]
    let answer: Int

    private enum Key: String, CodingKey { case id, task, prompt, query, question, options, choices, answer }

    /// Where the decoder finds the keys that the file's first record has.
    static let shape = CodingUserInfoKey(rawValue: "choice")

    /// The two keys that vary.
    struct Shape {
        let prompt, options: String

        init(of keys: RecordKeys) throws(BadLine) {
            guard let prompt = ["prompt", "query", "question"].first(where: keys.names.contains),
                let options = ["options", "choices"].first(where: keys.names.contains),
                keys.names.contains("answer")
            else {
                throw BadLine(
                    reason:
                        "expected a record with prompt, query or question, with options or choices, and with answer; "
                        + "found the keys [\(keys.names.sorted().joined(separator: ", "))]")
            }
            (self.prompt, self.options) = (prompt, options)
        }
    }

    init(from decoder: any Decoder) throws {
        let record = try decoder.container(keyedBy: Key.self)
        id = try record.decodeIfPresent(RecordID.self, forKey: .id)?.text
        task = try record.decodeIfPresent(String.self, forKey: .task)
        let shape =
            try Self.shape.flatMap { decoder.userInfo[$0] as? Shape } ?? Shape(of: RecordKeys(from: decoder))
        let key = Key(rawValue: shape.prompt) ?? .prompt
        switch try record.decode(TextOrTurns.self, forKey: key) {
        case .turns(let messages): prompt = .conversation(messages)
        case .text(let text) where key == .prompt: prompt = .text(text)
        case .text(let text): prompt = .conversation([Message(role: "user", content: text)])
        }
        options = try record.decode([String].self, forKey: Key(rawValue: shape.options) ?? .options)
        guard options.count >= 2 else {
            throw BadLine(reason: "\"\(shape.options)\" holds \(options.count), expected two or more")
        }
        if let empty = options.firstIndex(of: "") {
            throw BadLine(reason: "\"\(shape.options)[\(empty)]\" is empty, so it has no probability")
        }
        answer = try Self.index(of: record.decode(IndexOrText.self, forKey: .answer), in: options)
    }

    /// The index that an answer stands for; one that could stand for two is refused.
    private static func index(of answer: IndexOrText, in options: [String]) throws(BadLine) -> Int {
        switch answer {
        case .index(let index):
            guard options.indices.contains(index) else {
                throw BadLine(
                    reason: "\"answer\" is \(index), and the \(options.count) options count from 0")
            }
            return index
        case .text(let text):
            let letter = letterIndex(text).flatMap { options.indices.contains($0) ? $0 : nil }
            let named = Set(options.indices.filter { options[$0] == text } + [letter].compactMap(\.self))
            guard let index = named.first, named.count == 1 else {
                throw BadLine(
                    reason: named.isEmpty
                        ? "\"answer\" is \"\(text)\", which is neither an option's text nor the letter of one of the "
                            + "\(options.count)"
                        : "\"answer\" is \"\(text)\", which stands for several options; give the index, from 0"
                )
            }
            return index
        }
    }

    /// 0 for "A", 1 for "B" and so on.
    private static func letterIndex(_ text: String) -> Int? {
        guard let letter = text.utf8.first, text.utf8.count == 1, (0x41...0x5A).contains(letter) else {
            return nil
        }
        return Int(letter) - 0x41
    }
}

/// How a record tells which option is right.
private enum IndexOrText: Decodable {
    case index(Int)
    case text(String)

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let index = try? value.decode(Int.self) {
            self = .index(index)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else {
            throw BadLine(reason: "\"answer\" is neither an index nor a string")
        }
    }
}
