/// Filters that compare elements.
extension Filters {
    static func ordered(_ name: String, _ items: [Value], _ arguments: Arguments) throws -> [Value] {
        let isSort = name == "sort"
        let given =
            try isSort
            ? arguments.matched(to: "reverse", "case_sensitive", "attribute", of: name)
            : [nil] + arguments.matched(to: "case_sensitive", "attribute", of: name)
        try spend(work: 8 * items.count)
        let keys = try items.map { item in
            try folded(given[2].map { try part($0, of: item) } ?? item, exact: given[1].truth(default: false))
        }
        if isSort { return try sorted(keys, reversed: given[0].truth(default: false)).map { items[$0] } }
        var seen: [Value] = []
        var kept: [Value] = []
        for (key, item) in zip(keys, items) where !seen.contains(where: { equal($0, key) }) {
            try spend(work: seen.count)
            if seen.count > 10_000 { throw Excess(limit: "10000 unique elements") }
            seen.append(key)
            kept.append(item)
        }
        return kept
    }

    static func extreme(_ name: String, _ items: [Value], _ arguments: Arguments) throws -> Value {
        let given = try arguments.matched(to: "case_sensitive", "attribute", of: name)
        let keys = try items.map { item in
            try folded(given[1].map { try part($0, of: item) } ?? item, exact: given[0].truth(default: false))
        }
        if items.isEmpty { return .undefined("there is no element") }
        var best = 0
        for i in keys.indices.dropFirst()
        where try name == "min" ? less(keys[i], keys[best]) : less(keys[best], keys[i]) {
            best = i
        }
        return items[best]
    }

    static func folded(_ value: Value, exact: Bool) throws -> Value {
        guard case .string(let text) = value, !exact else { return value }
        try spend(work: text.utf8.count / 16, bytes: text.utf8.count)
        return .string(text.lowercased())
    }

    /// The order of keys, in which equal ones stay as they were.
    static func sorted(_ keys: [Value], reversed: Bool) throws -> [Int] {
        try keys.indices.sorted { a, b in
            if try less(keys[a], keys[b]) { return !reversed }
            if try less(keys[b], keys[a]) { return reversed }
            return a < b
        }
    }
}
