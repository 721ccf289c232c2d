/// Operands: what stands between the operators, with what is attached to it.
extension TokenReader {
    mutating func unary(withFilters: Bool = true) throws -> Expression {
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
