/// Variables, and the scope around them.
final class Scope {
    private var values: [String: Value]
    private let outer: Scope?

    init(_ values: [String: Value] = [:], inside outer: Scope?) {
        self.values = values
        self.outer = outer
    }

    subscript(name: String) -> Value? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// Forgets the variables.
    func empty() { values = [:] }

    func lookup(_ name: String) -> Value? { values[name] ?? outer?.lookup(name) }
}
