import JSON

/// What a record tells a chat template besides its messages.
struct TemplateVariables {
    let members: [JSONValue.Member]

    /// The keys that are read.
    static let keys: Set<String> = ["tools", "documents", "chat_template_kwargs", "enable_thinking"]

    init(_ record: RecordObject) throws(BadLine) {
        var members: [JSONValue.Member] = []
        for key in ["tools", "documents"] {
            guard let list = try Self.list(record, key) else { continue }
            members.append(.init(key, list))
        }
        if let value = record.filled("chat_template_kwargs") {
            try record.requireCharacters("chat_template_kwargs")
            guard case .object(let given) = value else {
                throw record.mismatch("chat_template_kwargs", value, "an object")
            }
            members += given.filter { $0.value != .null }
        }
        if case .bool? = record["enable_thinking"], let value = record["enable_thinking"] {
            members.append(.init("enable_thinking", value))
        } else if let value = record["enable_thinking"], value != .null {
            throw record.mismatch("enable_thinking", value, "true or false")
        }
        self.members = members
    }

    /// A list, or a string that holds one as JSON (LLaMA-Factory, TRL).
    private static func list(_ record: RecordObject, _ key: String) throws(BadLine) -> JSONValue? {
        guard var value = record.filled(key) else { return nil }
        try record.requireCharacters(key)
        if case .string(let text) = value {
            guard let parsed = try? JSONValue(parsing: ArraySlice(text.utf8), .python) else {
                throw BadLine(reason: "\"\(key)\" is a string that is not JSON; expected a list of objects")
            }
            value = parsed
        }
        guard case .array(let elements) = value else { throw record.mismatch(key, value, "a list") }
        for element in elements {
            guard case .object = element else { throw record.mismatch(key, element, "a list of objects") }
        }
        if elements.isEmpty { return nil }
        return value
    }
}
