/// Jinja's grammar of statements, with the tags that chat templates use.
extension TokenReader {
    /// The whole template.
    static func template(_ tokens: [Token]) throws -> [Statement] {
        var reader = TokenReader(tokens)
        let body = try reader.statements(until: [], opened: "", at: 1)
        if reader.current.kind != .end { throw reader.failure("unexpected \(reader.current.description)") }
        return body
    }

    /// Statements up to one of the closing words, which is left for the caller; its "{%" is read.
    private mutating func statements(until closing: [String], opened tag: String, at start: Int) throws
        -> [Statement]
    {
        try nested { try $0.flatStatements(until: closing, opened: tag, at: start) }
    }

    private mutating func flatStatements(until closing: [String], opened tag: String, at start: Int) throws
        -> [Statement]
    {
        var body: [Statement] = []
        while true {
            let token = next()
            switch token.kind {
            case .text(let text): body.append(.text(text))
            case .outputBegin:
                body.append(.output(try expressionOrTuple(), line: token.line))
                try expect(.outputEnd)
            case .blockBegin:
                if isAt(anyOf: closing) { return body }
                body.append(try statement())
            case .end where closing.isEmpty: return body
            case .end: throw TemplateError.syntax(line: start, reason: "'\(tag)' is not closed")
            default: throw TemplateError.syntax(line: token.line, reason: "unexpected \(token.description)")
            }
        }
    }

    private mutating func statement() throws -> Statement {
        let start = line
        let tag = try name(for: "the name of a tag")
        switch tag {
        case "for": return .loop(try loop(line: start))
        case "if": return try branch(line: start)
        case "set": return try assignment(line: start)
        case "macro": return try macro(line: start)
        case "call": return try callBlock(line: start)
        case "with": return try with(line: start)
        case "filter":
            let filters = try filters(startingWithBar: false)
            return .filterBlock(filters, try block("filter", line: start), line: start)
        case "generation": return .generation(try block("generation", line: start), line: start)
        case "break":
            try expect(.blockEnd)
            return .breakLoop(line: start)
        case "continue":
            try expect(.blockEnd)
            return .continueLoop(line: start)
        case "else", "elif", "endfor", "endif", "endset", "endmacro", "endcall", "endwith", "endfilter",
            "endgeneration", "endraw":
            throw TemplateError.syntax(line: start, reason: "'\(tag)' closes nothing that is open")
        default: throw TemplateError.unsupported(line: start, construct: "the tag '\(tag)'")
        }
    }

    /// The end of the opening tag, the body, and the closing tag.
    private mutating func block(_ tag: String, line start: Int) throws -> [Statement] {
        try expect(.blockEnd)
        let body = try statements(until: ["end\(tag)"], opened: tag, at: start)
        next()
        try expect(.blockEnd)
        return body
    }

    private mutating func loop(line start: Int) throws -> Loop {
        let target = try target(withAttributes: false)
        try expect(.name("in"))
        let sequence = try expressionOrTuple(withoutConditional: true)
        let condition = skip(name: "if") ? try expression() : nil
        if isAt(name: "recursive") {
            throw TemplateError.unsupported(line: line, construct: "a recursive loop")
        }
        try expect(.blockEnd)
        let body = try statements(until: ["else", "endfor"], opened: "for", at: start)
        var otherwise: [Statement] = []
        if skip(name: "else") {
            try expect(.blockEnd)
            otherwise = try statements(until: ["endfor"], opened: "else", at: start)
        }
        next()
        try expect(.blockEnd)
        return Loop(
            target: target, sequence: sequence, condition: condition, body: body, otherwise: otherwise,
            line: start)
    }

    private mutating func branch(line start: Int) throws -> Statement {
        var branches: [(test: Expression, body: [Statement])] = []
        repeat {
            let test = try expressionOrTuple(withoutConditional: true)
            try expect(.blockEnd)
            branches.append(
                (test, try statements(until: ["elif", "else", "endif"], opened: "if", at: start)))
        } while skip(name: "elif")
        var otherwise: [Statement] = []
        if skip(name: "else") {
            try expect(.blockEnd)
            otherwise = try statements(until: ["endif"], opened: "else", at: start)
        }
        next()
        try expect(.blockEnd)
        return .branch(branches, otherwise: otherwise)
    }

    private mutating func assignment(line start: Int) throws -> Statement {
        let target = try target(withAttributes: true)
        if skip(symbol: "=") {
            let value = try expressionOrTuple()
            try expect(.blockEnd)
            return .assign(target, value, line: start)
        }
        let filters = try filters(startingWithBar: true)
        return .assignBlock(target, filters, try block("set", line: start), line: start)
    }

    private mutating func target(withAttributes: Bool) throws -> Target {
        var targets: [Target] = []
        repeat {
            if !targets.isEmpty, endsTarget { break }
            targets.append(try singleTarget(withAttributes: withAttributes))
        } while skip(symbol: ",")
        return targets.count == 1 ? targets[0] : .tuple(targets)
    }

    private var endsTarget: Bool { isAt(name: "in") || isAt(symbol: "=") || isAt(symbol: ")") }

    private mutating func singleTarget(withAttributes: Bool) throws -> Target {
        if skip(symbol: "(") {
            let inner = try nested { try $0.target(withAttributes: false) }
            try expect(symbol: ")")
            return inner
        }
        let name = try name(for: "a variable")
        if ["true", "false", "none", "True", "False", "None"].contains(name) {
            throw failure("'\(name)' cannot be assigned to")
        }
        if withAttributes, skip(symbol: ".") {
            return .attribute(of: name, try self.name(for: "an attribute"))
        }
        return .name(name)
    }

    private mutating func macro(line start: Int) throws -> Statement {
        let name = try name(for: "the name of the macro")
        let parameters = try parameters()
        return .macro(
            Macro(name: name, parameters: parameters, body: try block("macro", line: start), line: start))
    }

    private mutating func callBlock(line start: Int) throws -> Statement {
        let parameters = isAt(symbol: "(") ? try parameters() : []
        let call = try expression()
        guard case .call = call else { throw failure("a call block needs a call") }
        let body = try block("call", line: start)
        return .callBlock(
            Macro(name: "caller", parameters: parameters, body: body, line: start), call, line: start)
    }

    private mutating func parameters() throws -> [(name: String, fallback: Expression?)] {
        var parameters: [(name: String, fallback: Expression?)] = []
        try expect(symbol: "(")
        while !skip(symbol: ")") {
            if !parameters.isEmpty {
                try expect(symbol: ",")
                if skip(symbol: ")") { break }
            }
            let name = try name(for: "a parameter")
            let fallback = skip(symbol: "=") ? try expression() : nil
            if fallback == nil, parameters.contains(where: { $0.fallback != nil }) {
                throw failure("the parameter '\(name)' without a default follows one with a default")
            }
            parameters.append((name, fallback))
        }
        return parameters
    }

    private mutating func with(line start: Int) throws -> Statement {
        var values: [(target: Target, value: Expression)] = []
        while current.kind != .blockEnd {
            if !values.isEmpty { try expect(symbol: ",") }
            let target = Target.name(try name(for: "a variable"))
            try expect(symbol: "=")
            values.append((target, try expression()))
        }
        return .with(values, try block("with", line: start), line: start)
    }
}
