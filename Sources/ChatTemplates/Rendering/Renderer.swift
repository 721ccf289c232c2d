/// One rendering in progress.
struct Renderer {
    var output = ""
    var generated: [Range<Int>] = []
    var line = 1
    let now: Moment?

    var scope: Scope
    var captures = 0  // how many blocks are being caught rather than put out
    var calls = 0
    private var depth = 0
    let budget: Budget
    private var kept: [() -> Void] = []

    /// Bounds on what a template from elsewhere may take.
    static let longestText = 10_000_000
    static let deepestCalls = 60
    private static let deepest = 600
    private static let deepestValue = 100

    init(_ variables: [(String, Value)], now: Moment?, _ budget: Budget = Budget()) {
        self.budget = budget
        scope = Scope(inside: Scope(Function.globals, inside: nil))
        for (name, value) in variables { scope[name] = value }
        self.now = now
    }

    /// How a statement ended.
    enum Flow { case on, breaks, continues }

    mutating func render(_ template: [Statement]) throws {
        if try run(template) != .on { throw Complaint("'break' or 'continue' stands outside a loop") }
    }

    func variable(_ name: String) -> Value { scope.lookup(name) ?? .undefined("'\(name)' is undefined") }

    /// Counts work that is done.
    func count(_ work: Int = 1) throws { try budget.spend(work: work, bytes: 0) }

    /// Keeps something that values can be hung into until the rendering ends, and then empties it: chains of such things
    /// may be so long that they could not be thrown away one inside the other.
    mutating func keep(_ empty: @escaping () -> Void) throws {
        try count()
        kept.append(empty)
    }

    /// Empties what was kept.
    mutating func forgetKept() {
        for empty in kept { empty() }
        kept = []
    }

    /// Counts the work that going through a value is.
    func count(_ value: Value) throws {
        switch value {
        case .string(let string): try count(1 + string.utf8.count / 16)
        case .list(let items), .tuple(let items): try count(1 + items.count)
        case .dictionary(let pairs): try count(1 + pairs.count)
        default: try count()
        }
    }

    /// Does something that may nest.
    mutating func nested<Result>(_ body: (inout Renderer) throws -> Result) throws -> Result {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.deepest { throw Excess(limit: "\(Self.deepest) levels of nesting") }
        return try body(&self)
    }

    mutating func run(_ statements: [Statement]) throws -> Flow {
        for statement in statements {
            try count()
            let flow = try nested { try $0.run(statement) }
            if flow != .on { return flow }
        }
        return .on
    }

    mutating func run(_ statement: Statement) throws -> Flow {
        switch statement {
        case .text(let text): try put(text)
        case .output(let expression, let line):
            self.line = line
            try put(printed(evaluate(expression)))
        case .loop(let loop): return try run(loop)
        case .branch(let branches, let otherwise):
            for branch in branches where try evaluate(branch.test).isTrue { return try run(branch.body) }
            return try run(otherwise)
        case .assign(let target, let expression, let line):
            self.line = line
            try assign(evaluate(expression), to: target)
        case .assignBlock(let target, let filters, let body, let line):
            let text = try captured { try $0.run(body) }
            self.line = line
            try assign(filtered(.string(text), by: filters), to: target)
        case .macro(let macro): scope[macro.name] = .function(try function(macro))
        case .callBlock(let macro, let call, let line): try runCallBlock(macro, call, line: line)
        case .filterBlock(let filters, let body, let line):
            let text = try captured { try $0.run(body) }
            self.line = line
            try put(printed(filtered(.string(text), by: filters)))
        case .with(let values, let body, let line):
            self.line = line
            let evaluated = try values.map { ($0.target, try evaluate($0.value)) }
            return try scoped { renderer in
                for (target, value) in evaluated { try renderer.assign(value, to: target) }
                return try renderer.run(body)
            }
        case .generation(let body, let line): try runGeneration(body, line: line)
        case .breakLoop(let line):
            self.line = line
            return .breaks
        case .continueLoop(let line):
            self.line = line
            return .continues
        }
        return .on
    }

    mutating func put(_ text: String) throws {
        output += text
        try budget.spend(work: 0, bytes: text.utf8.count)
        if output.utf8.count > Self.longestText { throw Excess(limit: "\(Self.longestText) bytes of text") }
    }

    // MARK: Loops

    private mutating func run(_ loop: Loop) throws -> Flow {
        line = loop.line
        var items = try elements(of: evaluate(loop.sequence))
        if let condition = loop.condition {
            items = try items.filter { item in
                try scoped { renderer in
                    try renderer.assign(item, to: loop.target)
                    return try renderer.evaluate(condition).isTrue
                }
            }
        }
        if items.isEmpty { return try run(loop.otherwise) }
        let state = LoopState(items, level: 1 + (try nesting(of: .list(items))))
        for (index, item) in items.enumerated() {
            state.index = index
            let flow = try scoped { renderer in
                renderer.scope["loop"] = .loop(state)
                try renderer.assign(item, to: loop.target)
                return try renderer.run(loop.body)
            }
            if flow == .breaks { break }
        }
        return .on
    }

    mutating func assign(_ value: Value, to target: Target) throws {
        try checkNesting(of: value)
        switch target {
        case .name(let name): scope[name] = value
        case .attribute(let name, let attribute):
            guard case .namespace(let space) = variable(name) else {
                throw Complaint("'\(name)' is no namespace, so its attributes cannot be set")
            }
            if attribute.hasPrefix("_") { throw Complaint("the attribute '\(attribute)' cannot be set") }
            space.attributes.set(.string(attribute), to: value)
        case .tuple(let targets):
            let values = try elements(of: value)
            if values.count != targets.count {
                throw Complaint("\(targets.count) variables are to take \(values.count) values")
            }
            for (target, value) in zip(targets, values) { try assign(value, to: target) }
        }
    }

    /// Lists in lists can grow from turn to turn of a loop; what is too deep could not even be thrown away.
    private func checkNesting(of value: Value) throws { _ = try nesting(of: value) }

    /// How many values are inside each other: 0 for one that holds none. Namespaces and variables count as 0, because
    /// what is in them is thrown away apart.
    func nesting(of value: Value, level: Int = 0) throws -> Int {
        if level > Self.deepestValue { throw Excess(limit: "\(Self.deepestValue) lists inside each other") }
        switch value {
        case .list(let items), .tuple(let items):
            try count(items.count)
            return 1 + (try items.reduce(0) { max($0, try nesting(of: $1, level: level + 1)) })
        case .dictionary(let pairs):
            try count(pairs.count)
            return 1 + (try pairs.reduce(0) { max($0, try nesting(of: $1.value, level: level + 1)) })
        case .function(let function): return try inside(function.level, at: level)
        case .loop(let state): return try inside(state.level, at: level)
        default: return 0
        }
    }

    private func inside(_ own: Int, at level: Int) throws -> Int {
        guard level + own <= Self.deepestValue else {
            throw Excess(limit: "\(Self.deepestValue) lists inside each other")
        }
        return own
    }
}
