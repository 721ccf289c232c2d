/// What may follow `is`.
enum ValueTest {
    static let names: Set<String> = [
        "defined", "undefined", "none", "boolean", "true", "false", "integer", "float", "number", "string",
        "mapping",
        "sequence", "iterable", "callable", "odd", "even", "divisibleby", "lower", "upper", "in", "sameas",
        "eq",
        "equalto", "==", "ne", "!=", "lt", "lessthan", "<", "le", "<=", "gt", "greaterthan", ">", "ge", ">=",
    ]

    static func holds(_ name: String, _ value: Value, _ arguments: [Value]) throws -> Bool {
        if let other = try operand(of: name, arguments) { return try compares(name, value, other) }
        switch (name, value) {
        case ("defined", _): return !value.isUndefined
        case ("undefined", _): return value.isUndefined
        case ("none", .none), ("boolean", .bool), ("true", .bool(true)), ("false", .bool(false)): return true
        case ("integer", .int), ("float", .float), ("string", .string), ("mapping", .dictionary): return true
        case ("number", .int), ("number", .float), ("number", .bool), ("callable", .function): return true
        case ("sequence", .string), ("sequence", .list), ("sequence", .tuple), ("sequence", .dictionary),
            ("sequence", .undefined):
            return true
        case ("iterable", .string), ("iterable", .list), ("iterable", .tuple), ("iterable", .dictionary),
            ("iterable", .undefined), ("iterable", .loop):
            return true
        case ("odd", _), ("even", _):
            guard let number = value.integer else {
                throw Complaint("'\(name)' tests whole numbers, found \(value.kind)")
            }
            return (number % 2 != 0) == (name == "odd")
        case ("lower", _), ("upper", _):
            let text = printed(value)
            let hasCase = text.unicodeScalars.contains {
                $0.properties.isLowercase || $0.properties.isUppercase
            }
            return hasCase && same(text, name == "lower" ? text.lowercased() : text.uppercased())
        default: return false
        }
    }

    /// The argument of a test that has one; nil for a test that has none.
    private static func operand(of name: String, _ arguments: [Value]) throws -> Value? {
        switch name {
        case "divisibleby", "in", "sameas", "eq", "equalto", "==", "ne", "!=", "lt", "lessthan", "<", "le",
            "<=", "gt",
            "greaterthan", ">", "ge", ">=":
            if arguments.count != 1 { throw Complaint("the test '\(name)' needs one argument") }
            return arguments[0]
        default:
            if !arguments.isEmpty { throw Complaint("the test '\(name)' takes no argument") }
            return nil
        }
    }

    private static func compares(_ name: String, _ value: Value, _ other: Value) throws -> Bool {
        switch name {
        case "in": return try contains(other, value)
        case "eq", "equalto", "==": return equal(value, other)
        case "ne", "!=": return !equal(value, other)
        case "lt", "lessthan", "<": return try less(value, other)
        case "gt", "greaterthan", ">": return try less(other, value)
        case "le", "<=": return try equal(value, other) || less(value, other)
        case "ge", ">=": return try equal(value, other) || less(other, value)
        case "sameas": return value.kind == other.kind && equal(value, other)
        default:
            guard let number = value.integer, let divisor = other.integer, divisor != 0 else {
                throw Complaint("'divisibleby' tests whole numbers by one that is not 0")
            }
            return number.isMultiple(of: divisor)
        }
    }
}
