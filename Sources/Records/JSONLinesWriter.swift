/// Writes records as lines of JSON: nothing is seen under the path before `finish`, and then everything.
///
/// The lines go to a temporary file beside the path; `finish` syncs it and renames it. Keys stand in the order in
/// which the record encodes them.
public final class JSONLinesWriter {
    /// Begins a file at `path`.
    public init(path: String) throws(RecordError) { fatalError("in work") }

    /// Adds a line.
    public func write(_ record: some Encodable) throws(RecordError) { fatalError("in work") }

    /// Syncs and renames. A writer that is dropped before leaves nothing behind.
    public func finish() throws(RecordError) { fatalError("in work") }
}

/// A record as one line of JSON, without the line break; keys stand in the order in which it encodes them.
///
/// - Throws: `unwritable` if a number is not finite.
public func jsonLine(_ record: some Encodable) throws(RecordError) -> String { fatalError("in work") }
