import JSON

extension TokenizerError {
    /// A file that is not the JSON that it should be.
    static func malformed(_ error: JSONError, in path: String) -> TokenizerError {
        .malformed(source: path, reason: "\(error.reason) at byte \(error.position) (line \(error.line))")
    }
}

extension JSONValue {
    /// A whole number that can be a token id.
    var id: Int32? { number.flatMap { Int32(exactly: $0) } }

    /// What a component is, for messages: its type, or its value.
    var component: String {
        switch self {
        case .int(let number): "the number \(number)"
        case .double(let number): "the number \(number)"
        case .string(let string): "\"\(string)\""
        case .object: self["type"]?.string.map { "\"\($0)\"" } ?? "an object without a type"
        case .null, .bool, .array: kind
        }
    }
}
