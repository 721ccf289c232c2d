extension Renderer {
    /// The value of an expression.
    mutating func evaluate(_ expression: Expression) throws -> Value {
        try count()
        return try nested { try $0.value(of: expression) }
    }

    private mutating func value(of expression: Expression) throws -> Value {
        switch expression {
        case .none: return .none
        case .bool(let bool): return .bool(bool)
        case .int(let number): return .int(number)
        case .float(let number): return .float(number)
        case .string(let string): return .string(string)
        case .list(let items): return .list(try items.map { try evaluate($0) })
        case .tuple(let items): return .tuple(try items.map { try evaluate($0) })
        case .dictionary(let members): return try dictionary(members)
        case .name(let name, _): return variable(name)
        case .attribute(let base, let name, let line):
            return try attribute(of: evaluate(base), name, line: line)
        case .element(let base, let index, let line):
            return try element(of: evaluate(base), evaluate(index), line: line)
        case .slice(let base, let from, let to, let by, let line):
            let bounds = try [from, to, by].map { try $0.map { try evaluate($0) } }
            return try budget.made(slice(of: evaluate(base), bounds, line: line))
        case .call(let callee, let arguments, let line):
            let (function, given) = (try evaluate(callee), try evaluate(arguments))
            self.line = line
            return try budget.made(call(function, given))
        case .filter(let base, let filter): return try budget.made(filtered(evaluate(base), by: [filter]))
        case .test(let base, let name, let arguments, let line):
            return try test(base, name, arguments, line: line)
        case .unary(let symbol, let operand, let line):
            let value = try evaluate(operand)
            self.line = line
            return try signed(symbol, value)
        case .binary(let symbol, let left, let right, let line):
            let (left, right) = (try evaluate(left), try evaluate(right))
            self.line = line
            try count(left)
            try count(right)
            return try calculated(symbol, left, right)
        case .comparison(let left, let rest, let line): return try comparison(left, rest, line: line)
        case .and(let left, let right):
            let value = try evaluate(left)
            return value.isTrue ? try evaluate(right) : value
        case .or(let left, let right):
            let value = try evaluate(left)
            return value.isTrue ? value : try evaluate(right)
        case .not(let operand): return .bool(!(try evaluate(operand).isTrue))
        case .conditional(let then, let test, let otherwise):
            if try evaluate(test).isTrue { return try evaluate(then) }
            return try otherwise.map { try evaluate($0) }
                ?? .undefined("an 'if' without 'else' chose nothing")
        case .concatenation(let parts, let line):
            var text = ""
            for part in parts {
                text += printed(try evaluate(part))
                _ = try bounded(text)
            }
            self.line = line
            return try budget.made(.string(text))
        }
    }

    mutating func evaluate(_ arguments: CallArguments) throws -> Arguments {
        Arguments(
            positional: try arguments.positional.map { try evaluate($0) },
            named: try arguments.named.map { ($0.name, try evaluate($0.value)) })
    }

    mutating func call(_ callee: Value, _ arguments: Arguments) throws -> Value {
        guard case .function(let function) = try callee.defined() else {
            throw Complaint("\(callee.kind) cannot be called")
        }
        return try function.body(&self, arguments)
    }

    mutating func filtered(_ value: Value, by filters: [Filter]) throws -> Value {
        var value = value
        for filter in filters {
            let arguments = try evaluate(filter.arguments)
            line = filter.line
            try count(value)
            value = try Filters.apply(filter.name, to: value, arguments, &self)
        }
        return value
    }

    /// What a loop over a value goes through.
    func elements(of value: Value) throws -> [Value] {
        switch value {
        case .undefined: return []
        case .list(let items), .tuple(let items): return items
        case .dictionary(let pairs): return pairs.map(\.key)
        case .string(let string):
            try spend(work: string.utf8.count / 16, bytes: Budget.element * string.utf8.count)
            return string.unicodeScalars.map { .string(String($0)) }
        default: throw Complaint("\(value.kind) has no elements to go through")
        }
    }

    func bounded(_ text: String) throws -> Value {
        if text.utf8.count > Self.longestText { throw Excess(limit: "\(Self.longestText) bytes of text") }
        return .string(text)
    }

    private mutating func dictionary(_ members: [(key: Expression, value: Expression)]) throws -> Value {
        var pairs: [(key: Value, value: Value)] = []
        for member in members {
            let (key, value) = (try evaluate(member.key), try evaluate(member.value))
            switch key {
            case .list, .dictionary: throw Complaint("\(key.kind) cannot be a key")
            default: pairs.set(key, to: value)
            }
        }
        return .dictionary(pairs)
    }

    private mutating func test(
        _ base: Expression, _ name: String, _ arguments: [Expression], line: Int
    ) throws -> Value {
        let (value, given) = (try evaluate(base), try arguments.map { try evaluate($0) })
        self.line = line
        return .bool(try ValueTest.holds(name, value, given))
    }

    private mutating func comparison(
        _ left: Expression, _ rest: [(symbol: String, right: Expression)], line: Int
    ) throws -> Value {
        var left = try evaluate(left)
        for (symbol, right) in rest {
            let right = try evaluate(right)
            self.line = line
            try count(left)
            try count(right)
            if !(try compared(symbol, left, right)) { return .bool(false) }
            left = right
        }
        return .bool(true)
    }
}
