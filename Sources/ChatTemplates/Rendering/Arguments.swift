/// The values given to a function, a filter or a method.
struct Arguments {
    var positional: [Value] = []
    var named: [(name: String, value: Value)] = []

    /// The values by parameter; nil where none was given.
    func matched(to parameters: String..., of function: String) throws -> [Value?] {
        if positional.count > parameters.count {
            throw Complaint(
                "\(function) takes at most \(parameters.count) arguments, found \(positional.count)")
        }
        var values: [Value?] =
            positional + [Value?](repeating: nil, count: parameters.count - positional.count)
        for (name, value) in named {
            guard let index = parameters.firstIndex(of: name) else {
                throw Complaint("\(function) has no parameter '\(name)'")
            }
            if values[index] != nil { throw Complaint("\(function) is given '\(name)' twice") }
            values[index] = value
        }
        return values
    }

    func none(of function: String) throws {
        if !positional.isEmpty || !named.isEmpty { throw Complaint("\(function) takes no arguments") }
    }
}

extension Value? {
    /// The text given, or a default.
    func text(_ function: String, default fallback: String? = nil) throws -> String {
        switch self {
        case .string(let string): return string
        case nil:
            guard let fallback else { throw Complaint("\(function) needs an argument") }
            return fallback
        case let value?: throw Complaint("\(function) needs a text, found \(value.kind)")
        }
    }

    /// The whole number given, or a default.
    func whole(_ function: String, default fallback: Int? = nil) throws -> Int {
        if let value = self {
            guard let number = value.integer else {
                throw Complaint("\(function) needs a whole number, found \(value.kind)")
            }
            return number
        }
        guard let fallback else { throw Complaint("\(function) needs an argument") }
        return fallback
    }

    func truth(default fallback: Bool) -> Bool { self?.isTrue ?? fallback }
}
