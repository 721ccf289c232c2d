import JSON

/// What an expression of a template comes to; the kinds are Python's.
enum Value {
    case undefined(String)  // a clause that says what is undefined
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case list([Value])
    case tuple([Value])
    case dictionary([(key: Value, value: Value)])
    case namespace(Namespace)
    case loop(LoopState)
    case function(Function)

    init(_ json: JSONValue) {
        switch json {
        case .null: self = .none
        case .bool(let bool): self = .bool(bool)
        case .int(let number): self = .int(number)
        case .double(let number): self = .float(number)
        case .string(let string): self = .string(string)
        case .array(let elements): self = .list(elements.map { Value($0) })
        case .object(let members):
            var pairs: [(key: Value, value: Value)] = []
            for member in members { pairs.set(.string(member.key), to: Value(member.value)) }
            self = .dictionary(pairs)
        }
    }

    /// The kind as Python names it.
    var kind: String {
        switch self {
        case .undefined: "undefined"
        case .none: "None"
        case .bool: "bool"
        case .int: "int"
        case .float: "float"
        case .string: "str"
        case .list: "list"
        case .tuple: "tuple"
        case .dictionary: "dict"
        case .namespace: "namespace"
        case .loop: "loop"
        case .function: "function"
        }
    }

    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let bool): bool
        case .int(let number): number != 0
        case .float(let number): number != 0
        case .string(let string): !string.utf8.isEmpty
        case .list(let items), .tuple(let items): !items.isEmpty
        case .dictionary(let pairs): !pairs.isEmpty
        case .namespace, .loop, .function: true
        }
    }

    var isUndefined: Bool { if case .undefined = self { true } else { false } }

    /// Numbers of the three kinds as one, for comparing and calculating.
    var number: Double? {
        switch self {
        case .bool(let bool): bool ? 1 : 0
        case .int(let number): Double(number)
        case .float(let number): number
        default: nil
        }
    }

    var integer: Int? {
        switch self {
        case .bool(let bool): bool ? 1 : 0
        case .int(let number): number
        default: nil
        }
    }

    /// The value, unless it is undefined.
    func defined() throws -> Value {
        if case .undefined(let clause) = self { throw Complaint(clause) }
        return self
    }
}

/// What `namespace()` makes: attributes that inner scopes may change.
final class Namespace {
    var attributes: [(key: Value, value: Value)]

    init(_ attributes: [(key: Value, value: Value)]) { self.attributes = attributes }
}

/// A loop in progress.
final class LoopState {
    let items: [Value]
    var index = 0
    var lastChanged: [Value]?
    /// How many values are inside each other in the items, and this around them.
    let level: Int

    init(_ items: [Value], level: Int) { (self.items, self.level) = (items, level) }
}

/// Something to call: a function of the language, a method with its object, a macro.
struct Function {
    let name: String
    let body: (inout Renderer, Arguments) throws -> Value
    /// How many values are inside each other in what the function holds.
    var level = 0

    init(name: String, body: @escaping (inout Renderer, Arguments) throws -> Value) {
        (self.name, self.body) = (name, body)
    }
}

extension [(key: Value, value: Value)] {
    func value(of key: Value) -> Value? { last { equal($0.key, key) }?.value }

    mutating func set(_ key: Value, to value: Value) {
        if let index = firstIndex(where: { equal($0.key, key) }) {
            self[index].value = value
        } else {
            append((key, value))
        }
    }
}

/// Python's ==.
func equal(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.string(let a), .string(let b)):
        return (a.utf8.count < 256 || hasRoom(forWork: a.utf8.count / 16)) && same(a, b)
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
        return hasRoom(forWork: a.count) && a.count == b.count && zip(a, b).allSatisfy { equal($0, $1) }
    case (.dictionary(let a), .dictionary(let b)):
        return a.count == b.count && hasRoom(forWork: a.count)
            && a.allSatisfy { pair in b.value(of: pair.key).map { equal($0, pair.value) } ?? false }
    case (.namespace(let a), .namespace(let b)): return a === b
    case (.loop(let a), .loop(let b)): return a === b
    default:
        if let a = a.integer, let b = b.integer { return a == b }
        if let a = a.number, let b = b.number { return a == b }
        return false
    }
}

/// Python's <, for what has an order.
func less(_ a: Value, _ b: Value) throws -> Bool {
    if let a = a.integer, let b = b.integer { return a < b }
    if let a = a.number, let b = b.number { return a < b }
    switch (a, b) {
    case (.string(let a), .string(let b)):
        try spend(work: min(a.utf8.count, b.utf8.count) / 16)
        return a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
        try spend(work: min(a.count, b.count))
        for (x, y) in zip(a, b) where !equal(x, y) { return try less(x, y) }
        return a.count < b.count
    default:
        _ = (try a.defined(), try b.defined())
        throw Complaint("\(a.kind) and \(b.kind) have no order")
    }
}

/// Whether two texts have the same characters; Swift's == takes é and e + accent for the same.
func same(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
