extension Function {
    /// The functions that every template can call.
    static let names = ["range", "dict", "namespace", "joiner", "raise_exception", "strftime_now"]

    static var globals: [String: Value] {
        Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, .function(Function(name: name) { try call(name, $1, &$0) }))
            })
    }

    private static func call(_ name: String, _ arguments: Arguments, _ renderer: inout Renderer) throws
        -> Value
    {
        switch name {
        case "range": return try range(arguments, &renderer)
        case "dict": return .dictionary(try members(arguments, of: name))
        case "namespace":
            let space = Namespace(try members(arguments, of: name))
            try renderer.keep { space.attributes = [] }
            return .namespace(space)
        case "joiner": return try joiner(arguments)
        case "raise_exception":
            throw TemplateError.raised(
                message: printed(try arguments.matched(to: "message", of: name)[0] ?? .none))
        case "strftime_now":
            let format = try arguments.matched(to: "format", of: name)[0].text(name)
            guard let now = renderer.now else {
                throw Complaint("the template asks for the date; give the moment to render for")
            }
            return .string(try now.formatted(format))
        default: throw Complaint.unsupported("the function '\(name)'")
        }
    }

    private static func range(_ arguments: Arguments, _ renderer: inout Renderer) throws -> Value {
        let given = try arguments.matched(to: "start", "stop", "step", of: "range")
        let first = try given[0].whole("range")
        let (start, stop) = given[1] == nil ? (0, first) : (first, try given[1].whole("range"))
        let step = try given[2].whole("range", default: 1)
        if step == 0 { throw Complaint("the step of range is 0") }
        var numbers: [Value] = []
        for number in stride(from: start, to: stop, by: step) {
            numbers.append(.int(number))
            if numbers.count > 100_000 { throw Excess(limit: "100000 numbers of a range") }
        }
        try renderer.count(numbers.count)
        return .list(numbers)
    }

    private static func members(_ arguments: Arguments, of name: String) throws -> [(
        key: Value, value: Value
    )] {
        var pairs: [(key: Value, value: Value)] = []
        for value in arguments.positional {
            guard case .dictionary(let given) = value else {
                throw Complaint("\(name) cannot be made of \(value.kind)")
            }
            for pair in given { pairs.set(pair.key, to: pair.value) }
        }
        for (key, value) in arguments.named { pairs.set(.string(key), to: value) }
        return pairs
    }

    /// Nothing when first called, then the separator.
    private static func joiner(_ arguments: Arguments) throws -> Value {
        let separator = try arguments.matched(to: "sep", of: "joiner")[0].text("joiner", default: ", ")
        let used = Namespace([])
        return .function(
            Function(name: "joiner") { _, _ in
                defer { used.attributes = [(.none, .none)] }
                return .string(used.attributes.isEmpty ? "" : separator)
            })
    }
}

/// `loop.index` and its like; nil for what a loop does not have.
func loopAttribute(_ state: LoopState, _ name: String) -> Value? {
    let (index, count) = (state.index, state.items.count)
    switch name {
    case "index": return .int(index + 1)
    case "index0": return .int(index)
    case "revindex": return .int(count - index)
    case "revindex0": return .int(count - index - 1)
    case "first": return .bool(index == 0)
    case "last": return .bool(index == count - 1)
    case "length": return .int(count)
    case "depth": return .int(1)  // deeper only in recursive loops
    case "depth0": return .int(0)
    case "previtem": return index > 0 ? state.items[index - 1] : .undefined("there is no previous item")
    case "nextitem": return index + 1 < count ? state.items[index + 1] : .undefined("there is no next item")
    case "cycle":
        return .function(
            Function(name: "cycle") { _, arguments in
                if arguments.positional.isEmpty {
                    throw Complaint("loop.cycle needs something to cycle through")
                }
                return arguments.positional[index % arguments.positional.count]
            })
    case "changed":
        return .function(
            Function(name: "changed") { renderer, arguments in
                if state.lastChanged == nil { try renderer.keep { state.lastChanged = nil } }
                defer { state.lastChanged = arguments.positional }
                return .bool(
                    !(state.lastChanged.map { equal(.list($0), .list(arguments.positional)) } ?? false))
            })
    default: return nil
    }
}
