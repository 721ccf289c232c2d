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

    private mutating func unary(withFilters: Bool = true) throws -> Expression {
        var value: Expression
        if isAt(symbol: "-") || isAt(symbol: "+") {
            let start = line
            let symbol = skip(symbol: "-") ? "-" : (next(), "+").1
            value = .unary(symbol, try nested { try $0.unary(withFilters: false) }, line: start)
        } else {
            value = try primary()
        }
        value = try postfix(value)
        return withFilters ? try filtersAndTests(value) : value
    }

    private mutating func primary() throws -> Expression {
        let token = next()
        switch token.kind {
        case .name("true"), .name("True"): return .bool(true)
        case .name("false"), .name("False"): return .bool(false)
        case .name("none"), .name("None"): return .none
        case .name(let name): return .name(name, line: token.line)
        case .int(let number): return .int(number)
        case .float(let number): return .float(number)
        case .string(var string):
            while case .string(let more) = current.kind {
                string += more
                next()
            }
            return .string(string)
        case .symbol("("):
            if skip(symbol: ")") { return .tuple([]) }
            let value = try expressionOrTuple()
            try expect(symbol: ")")
            return value
        case .symbol("["): return .list(try items(closing: "]"))
        case .symbol("{"): return try dictionary()
        default: throw TemplateError.syntax(line: token.line, reason: "unexpected \(token.description)")
        }
    }

    private mutating func items(closing: String) throws -> [Expression] {
        var items: [Expression] = []
        while !skip(symbol: closing) {
            if !items.isEmpty {
                try expect(symbol: ",")
                if skip(symbol: closing) { break }
            }
            items.append(try expression())
        }
        return items
    }

    private mutating func dictionary() throws -> Expression {
        var members: [(key: Expression, value: Expression)] = []
        while !skip(symbol: "}") {
            if !members.isEmpty {
                try expect(symbol: ",")
                if skip(symbol: "}") { break }
            }
            let key = try expression()
            try expect(symbol: ":")
            members.append((key, try expression()))
        }
        return .dictionary(members)
    }

    private mutating func postfix(_ base: Expression) throws -> Expression {
        var value = base
        while true {
            try countOperation()
            let start = line
            if skip(symbol: ".") {
                if case .int(let index) = current.kind {
                    next()
                    value = .element(value, .int(index), line: start)
                } else {
                    value = .attribute(value, try name(for: "an attribute"), line: start)
                }
            } else if skip(symbol: "[") {
                value = try subscripted(value, line: start)
            } else if isAt(symbol: "(") {
                value = .call(value, try arguments(), line: start)
            } else {
                return value
            }
        }
    }

    private mutating func subscripted(_ base: Expression, line start: Int) throws -> Expression {
        func bound(_ reader: inout TokenReader) throws -> Expression? {
            reader.isAt(symbol: ":") || reader.isAt(symbol: "]") ? nil : try reader.expression()
        }
        let first = try bound(&self)
        if skip(symbol: ":") {
            let second = try bound(&self)
            let third = skip(symbol: ":") ? try bound(&self) : nil
            try expect(symbol: "]")
            return .slice(base, from: first, to: second, by: third, line: start)
        }
        guard let first else { throw failure("expected an index") }
        if isAt(symbol: ",") {
            throw TemplateError.unsupported(line: line, construct: "an index of several parts")
        }
        try expect(symbol: "]")
        return .element(base, first, line: start)
    }

    mutating func arguments() throws -> CallArguments {
        var arguments = CallArguments()
        try expect(symbol: "(")
        var isFirst = true
        while !skip(symbol: ")") {
            if !isFirst {
                try expect(symbol: ",")
                if skip(symbol: ")") { break }
            }
            isFirst = false
            if isAt(symbol: "*") || isAt(symbol: "**") {
                throw TemplateError.unsupported(
                    line: line, construct: "spreading arguments with \(current.description)")
            }
            if case .name(let name) = current.kind, following.kind == .symbol("=") {
                next()
                next()
                arguments.named.append((name, try expression()))
            } else if arguments.named.isEmpty {
                arguments.positional.append(try expression())
            } else {
                throw failure("an argument without a name follows one with a name")
            }
        }
        return arguments
    }

    private mutating func filtersAndTests(_ base: Expression) throws -> Expression {
        var value = base
        while true {
            try countOperation()
            if isAt(symbol: "|") {
                value = .filter(value, try filter())
            } else if isAt(name: "is") {
                value = try test(value)
            } else if isAt(symbol: "(") {
                let start = line
                value = .call(value, try arguments(), line: start)
            } else {
                return value
            }
        }
    }

    /// A filter with the "|" before it.
    private mutating func filter() throws -> Filter {
        try expect(symbol: "|")
        return try filterName()
    }

    private mutating func filterName() throws -> Filter {
        let start = line
        let name = try name(for: "the name of a filter")
        if !Filters.names.contains(name) {
            throw TemplateError.unsupported(line: start, construct: "the filter '\(name)'")
        }
        return Filter(
            name: name, arguments: isAt(symbol: "(") ? try arguments() : CallArguments(), line: start)
    }

    /// Filters one after another, as `set` and `filter` blocks have them.
    mutating func filters(startingWithBar: Bool) throws -> [Filter] {
        var filters: [Filter] = []
        if !startingWithBar { filters.append(try filterName()) }
        while isAt(symbol: "|") { filters.append(try filter()) }
        return filters
    }

    private mutating func test(_ value: Expression) throws -> Expression {
        let start = next().line
        let negated = skip(name: "not")
        let name = try name(for: "the name of a test")
        if !ValueTest.names.contains(name) {
            throw TemplateError.unsupported(line: start, construct: "the test '\(name)'")
        }
        var arguments: [Expression] = []
        if isAt(symbol: "(") {
            arguments = try self.arguments().positional
        } else if beginsArgument {
            if isAt(name: "is") { throw failure("tests with 'is' cannot follow each other") }
            arguments = [try postfix(try primary())]
        }
        let test = Expression.test(value, name, arguments, line: start)
        return negated ? .not(test) : test
    }

    private var beginsArgument: Bool {
        switch current.kind {
        case .name(let name): !["else", "or", "and", "if", "in", "not"].contains(name)
        case .string, .int, .float, .symbol("["), .symbol("{"): true
        default: false
        }
    }
}
