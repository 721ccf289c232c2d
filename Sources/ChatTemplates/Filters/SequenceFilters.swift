extension Filters {
    /// Filters of lists and the like.
    static func applySequence(
        _ name: String, to value: Value, _ arguments: Arguments, _ renderer: inout Renderer
    ) throws -> Value {
        switch name {
        case "length", "count": return .int(try length(of: value, renderer))
        case "items": return try items(of: value)
        case "dictsort": return try sortedPairs(value, arguments)
        case "reverse":
            if case .string(let text) = value {
                return .string(String(scalars: text.unicodeScalars.reversed()))
            }
            return .list(try renderer.elements(of: value).reversed())
        default: break
        }
        let items = try renderer.elements(of: value)
        switch name {
        case "list": return .list(items)
        case "first": return items.first ?? .undefined("there is no first element")
        case "last": return items.last ?? .undefined("there is no last element")
        case "join": return try joined(items, arguments, renderer)
        case "map": return .list(try mapped(items, arguments, &renderer))
        case "select", "reject", "selectattr", "rejectattr":
            return .list(try selected(name, items, arguments))
        case "unique", "sort": return .list(try ordered(name, items, arguments))
        case "min", "max": return try extreme(name, items, arguments)
        case "sum": return try sum(items, arguments, renderer)
        case "batch": return try batches(items, arguments)
        default: throw Complaint.unsupported("the filter '\(name)'")
        }
    }

    private static func length(of value: Value, _ renderer: Renderer) throws -> Int {
        switch value {
        case .string(let text): text.unicodeScalars.count
        case .list(let items), .tuple(let items): items.count
        case .dictionary(let pairs): pairs.count
        case .undefined: 0
        default: throw Complaint("\(value.kind) has no length")
        }
    }

    private static func items(of value: Value) throws -> Value {
        switch value {
        case .undefined: return .list([])
        case .dictionary(let pairs): return .list(pairs.map { .tuple([$0.key, $0.value]) })
        default: throw Complaint("'items' needs a mapping, found \(value.kind)")
        }
    }

    private static func sortedPairs(_ value: Value, _ arguments: Arguments) throws -> Value {
        let given = try arguments.matched(to: "case_sensitive", "by", "reverse", of: "dictsort")
        guard case .dictionary(let pairs) = value else {
            throw Complaint("'dictsort' needs a mapping, found \(value.kind)")
        }
        let (exact, by) = (given[0].truth(default: false), try given[1].text("dictsort", default: "key"))
        let keys = try pairs.map { try folded(by == "key" ? $0.key : $0.value, exact: exact) }
        let order = try sorted(keys, reversed: given[2].truth(default: false))
        return .list(order.map { .tuple([pairs[$0].key, pairs[$0].value]) })
    }

    private static func joined(_ items: [Value], _ arguments: Arguments, _ renderer: Renderer) throws -> Value
    {
        let given = try arguments.matched(to: "d", "attribute", of: "join")
        let separator = given[0].map(printed) ?? ""
        let parts = try items.map { item in printed(try given[1].map { try part($0, of: item) } ?? item) }
        let size = parts.reduce(parts.count * separator.utf8.count) { $0 + $1.utf8.count }
        if size > Renderer.longestText { throw Excess(limit: "\(Renderer.longestText) bytes of text") }
        return .string(parts.joined(separator: separator))
    }

    /// `map('filter', …)` or `map(attribute='name', default=…)`
    private static func mapped(
        _ items: [Value], _ arguments: Arguments, _ renderer: inout Renderer
    ) throws -> [Value] {
        guard let first = arguments.positional.first else {
            let given = try arguments.matched(to: "attribute", "default", of: "map")
            guard let attribute = given[0] else { throw Complaint("'map' needs a filter or an attribute") }
            return try items.map { item in
                let value = try part(attribute, of: item)
                return value.isUndefined ? given[1] ?? value : value
            }
        }
        let name = try Optional(first).text("map")
        if !names.contains(name) { throw Complaint.unsupported("the filter '\(name)'") }
        let rest = Arguments(positional: Array(arguments.positional.dropFirst()), named: arguments.named)
        var results: [Value] = []
        for item in items {
            try renderer.count(item)
            results.append(try renderer.budget.made(apply(name, to: item, rest, &renderer)))
        }
        return results
    }

    /// `select('test', …)` and `selectattr('name', 'test', …)`; without a test what is true.
    private static func selected(_ name: String, _ items: [Value], _ arguments: Arguments) throws -> [Value] {
        if !arguments.named.isEmpty { throw Complaint("'\(name)' takes no named arguments") }
        var given = arguments.positional[...]
        let attribute = name.hasSuffix("attr") ? given.popFirst() : nil
        if name.hasSuffix("attr"), attribute == nil { throw Complaint("'\(name)' needs an attribute") }
        let test = try given.popFirst().map { try Optional($0).text(name) }
        if let test, !ValueTest.names.contains(test) { throw Complaint.unsupported("the test '\(test)'") }
        let keeps = name.hasPrefix("select")
        return try items.filter { item in
            let value = try attribute.map { try part($0, of: item) } ?? item
            return try test.map { try ValueTest.holds($0, value, Array(given)) } ?? value.isTrue == keeps
        }
    }

    /// An attribute, an index, or a path of them with dots between.
    static func part(_ path: Value, of item: Value) throws -> Value {
        if let index = path.integer { return element(index, of: item) }
        var value = item
        for name in try Optional(path).text("an attribute").split(
            separator: ".", omittingEmptySubsequences: false)
        {
            if let index = Int(name) {
                value = element(index, of: value)
                continue
            }
            switch try value.defined() {
            case .dictionary(let pairs):
                value = pairs.value(of: .string(String(name))) ?? .undefined("dict has no element '\(name)'")
            case .namespace(let space):
                value =
                    space.attributes.value(of: .string(String(name)))
                    ?? .undefined("namespace has no attribute '\(name)'")
            default: value = .undefined("\(value.kind) has no attribute '\(name)'")
            }
        }
        return value
    }

    private static func element(_ index: Int, of value: Value) -> Value {
        switch value {
        case .list(let items), .tuple(let items):
            items.at(index) ?? .undefined("\(value.kind) has no element \(index)")
        case .dictionary(let pairs):
            pairs.value(of: .int(index)) ?? .undefined("dict has no element \(index)")
        default: .undefined("\(value.kind) has no element \(index)")
        }
    }

    private static func sum(_ items: [Value], _ arguments: Arguments, _ renderer: Renderer) throws -> Value {
        let given = try arguments.matched(to: "attribute", "start", of: "sum")
        return try items.reduce(given[1] ?? .int(0)) { total, item in
            try renderer.calculated("+", total, given[0].map { try part($0, of: item) } ?? item)
        }
    }

    private static func batches(_ items: [Value], _ arguments: Arguments) throws -> Value {
        let given = try arguments.matched(to: "linecount", "fill_with", of: "batch")
        let size = try given[0].whole("batch")
        if size < 1 { throw Complaint("'batch' needs a size of at least 1") }
        return .list(
            stride(from: 0, to: items.count, by: size).map { start in
                let batch = Array(items[start..<Swift.min(start + size, items.count)])
                let missing = given[1].map {
                    [Value](repeating: $0, count: Swift.min(size, 1000) - Swift.min(batch.count, 1000))
                }
                return .list(batch + (missing ?? []))
            })
    }
}
