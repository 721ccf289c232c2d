import ArgumentParser

extension CompletionKind {
    /// Completes the names of a type's values.
    static func names<Value: RawRepresentable<String> & CaseIterable>(of _: Value.Type) -> CompletionKind {
        .list(Value.allCases.map(\.rawValue))
    }
}

/// Reads a flag's value as one of a type's names.
func oneOf<Value: RawRepresentable & CaseIterable & SendableMetatype>(
    _ type: Value.Type, for flag: String
) -> @Sendable (String) throws -> Value where Value.RawValue == String {
    { name in
        if let value = Value(rawValue: name) { return value }
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\(flag) is \(name), but must be one of \(names).")
    }
}
