/// A small JSON value: the parts of `tokenizer.json` that are not its vocabulary.
enum JSONValue: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// A member of an object; `null` if there is none, or this is no object.
    subscript(key: String) -> JSONValue {
        if case .object(let members) = self { members[key] ?? .null } else { .null }
    }

    var string: String? { if case .string(let string) = self { string } else { nil } }
    var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
    var array: [JSONValue]? { if case .array(let array) = self { array } else { nil } }

    /// A whole number that can be a token id.
    var id: Int32? {
        if case .number(let number) = self { Int32(exactly: number) } else { nil }
    }

    /// What it is, in a word or two, for error messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .number(let number): "the number \(number)"
        case .string(let string): "\"\(string)\""
        case .array: "a list"
        case .object(let members): members["type"]?.string.map { "\"\($0)\"" } ?? "an object without a type"
        }
    }
}
