/// Blocks with variables of their own: macros, caught blocks, generation blocks.
extension Renderer {
    mutating func scoped<Result>(_ body: (inout Renderer) throws -> Result) rethrows -> Result {
        let outer = scope
        scope = Scope(inside: outer)
        defer { scope = outer }
        return try body(&self)
    }

    /// What the body puts out, instead of putting it out.
    mutating func captured(_ body: (inout Renderer) throws -> Flow) throws -> String {
        let before = output
        output = ""
        captures += 1
        defer {
            output = before
            captures -= 1
        }
        if try scoped(body) != .on { throw Complaint("'break' or 'continue' leaves a block that is caught") }
        return output
    }

    /// A macro as a function; it sees the variables around its definition.
    mutating func function(_ macro: Macro) throws -> Function {
        let home = scope
        try keep { home.empty() }
        return Function(name: macro.name) { renderer, arguments in
            try renderer.call(macro, arguments, in: home)
        }
    }

    private mutating func call(_ macro: Macro, _ arguments: Arguments, in home: Scope) throws -> Value {
        calls += 1
        if calls > Self.deepestCalls { throw Excess(limit: "\(Self.deepestCalls) macros inside each other") }
        let outer = scope
        scope = home
        defer {
            scope = outer
            calls -= 1
        }
        let text = try captured { renderer in
            try renderer.bind(arguments, to: macro)
            return try renderer.run(macro.body)
        }
        return .string(text)
    }

    private mutating func bind(_ arguments: Arguments, to macro: Macro) throws {
        let parameters = macro.parameters.map(\.name)
        if arguments.positional.count > parameters.count {
            throw Complaint("the macro '\(macro.name)' takes at most \(parameters.count) arguments")
        }
        for (name, value) in zip(parameters, arguments.positional) { scope[name] = value }
        for (name, value) in arguments.named {
            let known = parameters.dropFirst(arguments.positional.count).contains(name)
            if !known, name != "caller" { throw Complaint("the macro '\(macro.name)' cannot take '\(name)'") }
            scope[name] = value
        }
        let given = Set(arguments.named.map(\.name))
        for (name, fallback) in macro.parameters.dropFirst(arguments.positional.count)
        where !given.contains(name) {
            scope[name] =
                try fallback.map { try evaluate($0) } ?? .undefined("parameter '\(name)' was not provided")
        }
    }

    mutating func runCallBlock(_ macro: Macro, _ call: Expression, line: Int) throws {
        self.line = line
        guard case .call(let callee, let given, _) = call else { return }
        var arguments = try evaluate(given)
        arguments.named.append(("caller", .function(try function(macro))))
        try put(printed(self.call(evaluate(callee), arguments)))
    }

    mutating func runGeneration(_ body: [Statement], line: Int) throws {
        self.line = line
        if captures > 0 {
            throw Complaint.unsupported("a generation block inside a macro or a block that is caught")
        }
        let start = output.utf8.count
        let flow = try scoped { try $0.run(body) }
        if flow != .on { throw Complaint("'break' or 'continue' leaves a generation block") }
        generated.append(start..<output.utf8.count)
    }
}
