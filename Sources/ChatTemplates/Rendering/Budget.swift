import Synchronization

/// What one rendering may take, charged where work is done: by statements and expressions, and by what compares, searches,
/// prints and makes values.
final class Budget: Sendable {
    /// That of the rendering that is going on.
    @TaskLocal static var current: Budget?

    /// Steps: a statement, an expression, an element that is looked at, or 16 bytes of text that are.
    static let mostWork = 10_000_000
    /// Bytes of all texts and lists that are made, also of those that are gone already.
    static let mostBytes = 100_000_000
    /// What an element of a list takes, in bytes.
    static let element = 32

    private let work = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)

    /// Takes from what is left.
    func spend(work more: Int, bytes made: Int) throws {
        let (work, bytes) = (
            work.add(more, ordering: .relaxed).newValue, bytes.add(made, ordering: .relaxed).newValue
        )
        if work > Self.mostWork { throw Excess(limit: "\(Self.mostWork) steps") }
        if bytes > Self.mostBytes { throw Excess(limit: "\(Self.mostBytes) bytes of values") }
    }

    /// Takes what a value that was made is, and gives it back.
    func made(_ value: Value) throws -> Value {
        switch value {
        case .string(let string): try spend(work: 0, bytes: string.utf8.count)
        case .list(let items), .tuple(let items): try spend(work: 0, bytes: Self.element * items.count)
        case .dictionary(let pairs): try spend(work: 0, bytes: 2 * Self.element * pairs.count)
        default: break
        }
        return value
    }
}

/// Takes from what the rendering that is going on has left.
func spend(work: Int = 0, bytes: Int = 0) throws {
    try Budget.current?.spend(work: work, bytes: bytes)
}

/// The same for what cannot throw: where nothing is left it may answer anything, for the next step of the rendering throws.
func hasRoom(forWork work: Int = 0, bytes: Int = 0) -> Bool {
    (try? spend(work: work, bytes: bytes)) != nil
}
