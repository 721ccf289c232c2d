import JSON

/// A multiple-choice record.
struct ChoiceLine {
    let id: String?
    let task: String?
    let language: String?
    let prompt: ChoiceQuestion.Prompt
    let options: [String]
    let answer: Int
    let variables: [JSONValue.Member]

    /// The two keys that vary.
    struct Shape {
        let prompt, options: String

        init(of names: Set<String>) throws(BadLine) {
            guard let prompt = ["prompt", "query", "question"].first(where: names.contains),
                let options = ["options", "choices"].first(where: names.contains),
                names.contains("answer")
            else {
                throw BadLine(
                    reason:
                        "expected a record with prompt, query or question, with options or choices, and with answer; "
                        + "found the keys \(foundKeys(names))")
            }
            (self.prompt, self.options) = (prompt, options)
        }

        /// All keys that are read of such a record.
        var readKeys: Set<String> { commonKeys.union([prompt, options, "answer", "lang"]) }
    }

    init(_ record: RecordObject, _ shape: Shape, ignoring ignored: Set<String>) throws(BadLine) {
        (id, task) = (labelText(record["id"]), labelText(record["task"]))
        language = labelText(record["lang"])
        try requireUnderstood(record)
        switch try TextOrTurns(record, shape.prompt, ignoring: ignored) {
        case .turns(let messages): prompt = .conversation(try withSystem(of: record, messages))
        case .text(let text) where shape.prompt == "prompt":
            try requireNoTemplateKeys(record)
            prompt = .text(text)
        case .text(let text):
            prompt = .conversation(
                try withSystem(of: record, [Message(role: "user", content: text)]))
        }
        variables = try TemplateVariables(record).members
        options = try Self.options(record, shape.options)
        answer = try Self.index(record, in: options)
    }

    private static func options(_ record: RecordObject, _ key: String) throws(BadLine) -> [String] {
        let value = try record.required(key)
        guard case .array(let elements) = value else { throw record.mismatch(key, value, "a list") }
        try record.requireCharacters(key)
        var options: [String] = []
        for (index, element) in elements.enumerated() {
            guard case .string(let option) = element else {
                throw BadLine(reason: "\"\(key)[\(index)]\" is not a string: found \(element.kind)")
            }
            if option.isEmpty {
                throw BadLine(reason: "\"\(key)[\(index)]\" is empty, so it has no probability")
            }
            options.append(option)
        }
        guard options.count >= 2 else {
            throw BadLine(reason: "\"\(key)\" holds \(options.count), expected two or more")
        }
        return options
    }

    /// The index that an answer stands for; one that could stand for two is refused.
    private static func index(_ record: RecordObject, in options: [String]) throws(BadLine) -> Int {
        switch try record.required("answer") {
        case .int(let index):
            guard options.indices.contains(index) else {
                throw BadLine(
                    reason: "\"answer\" is \(index), and the \(options.count) options count from 0")
            }
            return index
        case .string:
            let text = try record.string("answer")
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
        case let other:
            throw BadLine(reason: "\"answer\" is neither an index nor a string: found \(other.kind)")
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
