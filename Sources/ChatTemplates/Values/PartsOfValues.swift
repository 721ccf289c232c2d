/// Attributes, elements and slices.
extension Renderer {
    mutating func attribute(of base: Value, _ name: String, line: Int) throws -> Value {
        self.line = line
        try count(base)
        switch base {
        case .undefined: _ = try base.defined()
        case .loop(let state): if let value = loopAttribute(state, name) { return value }
        case .namespace(let space): if let value = space.attributes.value(of: .string(name)) { return value }
        default:
            if let method = try Method.named(name, of: base, level: { try nesting(of: base) }) {
                return .function(method)
            }
            if Method.wouldChange(name, base) {
                return .undefined("'\(name)' would change a \(base.kind), which templates may not")
            }
        }
        if case .dictionary(let pairs) = base, let value = pairs.value(of: .string(name)) { return value }
        return .undefined("\(base.kind) has no attribute '\(name)'")
    }

    mutating func element(of base: Value, _ index: Value, line: Int) throws -> Value {
        self.line = line
        try count(base)
        switch (try base.defined(), index) {
        case (.dictionary(let pairs), _):
            if let value = pairs.value(of: index) { return value }
        case (.list(let items), .int(let i)), (.tuple(let items), .int(let i)):
            if let value = items.at(i) { return value }
        case (.string(let string), .int(let i)):
            if let scalar = string.scalars.at(i) { return .string(String(scalar)) }
        default: break
        }
        if case .string(let name) = index { return try attribute(of: base, name, line: line) }
        return .undefined("\(base.kind) has no element \(repr(index))")
    }

    mutating func slice(of base: Value, _ bounds: [Value?], line: Int) throws -> Value {
        self.line = line
        try count(base)
        let numbers = try bounds.map { bound -> Int? in
            if case .none? = bound { return nil }
            return try bound.map { _ in try bound.whole("a slice") }
        }
        let step = numbers[2] ?? 1
        if step == 0 { throw Complaint("the step of a slice is 0") }
        func indices(_ count: Int) -> [Int] {
            func place(_ bound: Int) -> Int {
                let i = bound < 0 ? bound.addingReportingOverflow(count).partialValue : bound
                return step > 0 ? min(max(i, 0), count) : min(max(i, -1), count - 1)
            }
            let from = numbers[0].map(place) ?? (step > 0 ? 0 : count - 1)
            let to = numbers[1].map(place) ?? (step > 0 ? count : -1)
            return Array(stride(from: from, to: to, by: max(step, -count - 1)))
        }
        switch try base.defined() {
        case .string(let string):
            let scalars = string.scalars
            return .string(String(scalars: indices(scalars.count).map { scalars[$0] }))
        case .list(let items): return .list(indices(items.count).map { items[$0] })
        case .tuple(let items): return .tuple(indices(items.count).map { items[$0] })
        default: throw Complaint("\(base.kind) cannot be sliced")
        }
    }
}

extension Array {
    /// The element at an index that may count from the end; nil where there is none.
    func at(_ index: Int) -> Element? {
        let i = index < 0 ? index.addingReportingOverflow(count).partialValue : index
        return indices.contains(i) ? self[i] : nil
    }
}
