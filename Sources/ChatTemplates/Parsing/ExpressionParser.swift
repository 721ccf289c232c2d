/// Jinja's grammar of expressions, from the loosest binding to the tightest.
extension TokenReader {
    mutating func expression() throws -> Expression {
        try nested { reader in
            var value = try reader.disjunction()
            while reader.skip(name: "if") {
                try reader.countOperation()
                let test = try reader.disjunction()
                let otherwise = reader.skip(name: "else") ? try reader.expression() : nil
                value = .conditional(then: value, test: test, otherwise: otherwise)
            }
            return value
        }
    }

    /// An expression, or several with commas between them, which make a tuple.
    mutating func expressionOrTuple(withoutConditional: Bool = false) throws -> Expression {
        func item(_ reader: inout TokenReader) throws -> Expression {
            withoutConditional ? try reader.disjunction() : try reader.expression()
        }
        let first = try item(&self)
        guard isAt(symbol: ",") else { return first }
        var items = [first]
        while skip(symbol: ",") {
            if endsTuple { break }
            items.append(try item(&self))
        }
        return .tuple(items)
    }

    private var endsTuple: Bool {
        switch current.kind {
        case .blockEnd, .outputEnd, .symbol(")"), .symbol("="), .name("in"), .name("recursive"): true
        default: false
        }
    }

    mutating func disjunction() throws -> Expression {
        var left = try conjunction()
        while skip(name: "or") {
            try countOperation()
            left = .or(left, try conjunction())
        }
        return left
    }

    private mutating func conjunction() throws -> Expression {
        var left = try negation()
        while skip(name: "and") {
            try countOperation()
            left = .and(left, try negation())
        }
        return left
    }

    private mutating func negation() throws -> Expression {
        if skip(name: "not") { return .not(try nested { try $0.negation() }) }
        return try comparison()
    }

    private mutating func comparison() throws -> Expression {
        let (left, start) = (try sum(), line)
        var rest: [(symbol: String, right: Expression)] = []
        while true {
            if case .symbol(let symbol) = current.kind, ["==", "!=", "<", "<=", ">", ">="].contains(symbol) {
                next()
                rest.append((symbol, try sum()))
            } else if skip(name: "in") {
                rest.append(("in", try sum()))
            } else if isAt(name: "not"), following.kind == .name("in") {
                next()
                next()
                rest.append(("not in", try sum()))
            } else {
                return rest.isEmpty ? left : .comparison(left, rest, line: start)
            }
        }
    }

    private mutating func sum() throws -> Expression {
        try chain(["+", "-"]) { try $0.concatenation() }
    }

    private mutating func concatenation() throws -> Expression {
        let start = line
        var parts = [try product()]
        while skip(symbol: "~") { parts.append(try product()) }
        return parts.count == 1 ? parts[0] : .concatenation(parts, line: start)
    }

    private mutating func product() throws -> Expression {
        try chain(["*", "/", "//", "%"]) { try $0.power() }
    }

    private mutating func power() throws -> Expression {
        try chain(["**"]) { try $0.unary() }
    }

    /// Operators of one strength, grouped from the left.
    private mutating func chain(
        _ operators: [String], _ operand: (inout TokenReader) throws -> Expression
    ) throws -> Expression {
        var left = try operand(&self)
        while case .symbol(let symbol) = current.kind, operators.contains(symbol) {
            try countOperation()
            let start = next().line
            left = .binary(symbol, left, try operand(&self), line: start)
        }
        return left
    }
}
