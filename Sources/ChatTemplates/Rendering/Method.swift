/// The methods of Python's values that templates call.
enum Method {
    /// The method of that name; nil if the value has none.
    ///
    /// - Parameter level: How many values are inside each other in the value, which the method holds.
    static func named(_ name: String, of value: Value, level: () throws -> Int) rethrows -> Function? {
        guard var method = method(name, of: value) else { return nil }
        if case .string = value { return method }
        method.level = 1 + (try level())
        return method
    }

    private static func method(_ name: String, of value: Value) -> Function? {
        switch value {
        case .string(let text) where StringMethod.names.contains(name):
            return Function(name: name) { renderer, arguments in
                try StringMethod.call(name, on: text, arguments, renderer)
            }
        case .dictionary(let pairs): return dictionaryMethod(name, pairs)
        case .list(let items), .tuple(let items): return listMethod(name, items)
        default: return nil
        }
    }

    private static func dictionaryMethod(_ name: String, _ pairs: [(key: Value, value: Value)]) -> Function? {
        switch name {
        case "items", "keys", "values", "copy":
            return Function(name: name) { _, arguments in
                try arguments.none(of: name)
                switch name {
                case "items": return .list(pairs.map { .tuple([$0.key, $0.value]) })
                case "keys": return .list(pairs.map(\.key))
                case "values": return .list(pairs.map(\.value))
                default: return .dictionary(pairs)
                }
            }
        case "get":
            return Function(name: name) { _, arguments in
                let given = try arguments.matched(to: "key", "default", of: name)
                guard let key = given[0] else { throw Complaint("get needs a key") }
                return pairs.value(of: key) ?? given[1] ?? .none
            }
        default: return nil
        }
    }

    private static func listMethod(_ name: String, _ items: [Value]) -> Function? {
        switch name {
        case "index":
            return Function(name: name) { _, arguments in
                guard let item = try arguments.matched(to: "value", of: name)[0] else {
                    throw Complaint("index needs a value")
                }
                try spend(work: items.count)
                guard let index = items.firstIndex(where: { equal($0, item) }) else {
                    throw Complaint("\(repr(item)) is not in the list")
                }
                return .int(index)
            }
        case "count":
            return Function(name: name) { _, arguments in
                guard let item = try arguments.matched(to: "value", of: name)[0] else {
                    throw Complaint("count needs a value")
                }
                try spend(work: items.count)
                return .int(items.count { equal($0, item) })
            }
        case "copy": return Function(name: name) { _, _ in .list(items) }
        default: return nil
        }
    }

    /// Whether a method of that name changes a value in place, which the sandbox of the reference forbids.
    static func wouldChange(_ name: String, _ value: Value) -> Bool {
        switch value {
        case .dictionary: ["clear", "pop", "popitem", "setdefault", "update"].contains(name)
        case .list:
            ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"].contains(name)
        default: false
        }
    }
}
