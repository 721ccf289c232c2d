/// What a reader takes for JSON.
public enum JSONDialect: Sendable {
    /// RFC 8259, and no more: each key once in an object, no half of a surrogate pair, values at most 64 deep.
    case strict
    /// What Python's `json` takes, values at most 500 deep: NaN and infinities are numbers, of equal keys the last counts, and
    /// half of a surrogate pair is read as U+FFFD. The reader keeps what it met of these.
    case python

    /// Values nested deeper than this are refused.
    var depth: Int { self == .strict ? 64 : 500 }
}
