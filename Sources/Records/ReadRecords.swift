import JSON

/// The records of a file, and what was found on the way.
public struct RecordFile<Record: Sendable>: Sendable {
    /// The records, in the order of the file.
    public internal(set) var records: [Record] = []
    /// The records that were left out, with their reasons.
    public internal(set) var rejects: [RecordError] = []
    /// What the user should know of how the file was read, a sentence each.
    public internal(set) var notes: [String] = []
}

/// How a file of records is read.
public struct RecordReading: Sendable {
    /// Leaves bad records out and lists them, instead of stopping at the first.
    public var skipsBadLines: Bool
    /// Keys of records and messages that are passed over.
    public var ignoredKeys: Set<String>
    /// The number of good records after which nothing more is read; nil for all.
    public var limit: Int?

    /// Stops at the first bad record, ignores no key, and reads all unless told.
    public init(skipsBadLines: Bool = false, ignoredKeys: Set<String> = [], limit: Int? = nil) {
        (self.skipsBadLines, self.ignoredKeys, self.limit) = (skipsBadLines, ignoredKeys, limit)
    }
}

/// Reads a record from each line, or from each element of a JSON array; lists those that could not be read or stops at
/// the first.
///
/// - Parameter record: makes a record, and adds to the notes.
func readRecords<Record>(
    at path: String, _ reading: RecordReading,
    _ record: (_ object: RecordObject, _ line: Int, inout ReadingNotes) throws(BadLine) -> Record
) throws(RecordError) -> RecordFile<Record> {
    var (file, notes) = (RecordFile<Record>(), ReadingNotes())
    func isEnough() -> Bool { reading.limit.map { file.records.count >= $0 } ?? false }
    notes.isArray = try eachRecord(at: path, until: isEnough) { (line, bytes) throws(RecordError) in
        do throws(BadLine) {
            let parsed = try parsedRecord(bytes)
            notes.add(repeated: parsed.repeated, line: line)
            let object = try RecordObject(parsed.value, halves: parsed.halves)
            file.records.append(try record(object.leavingOut(reading.ignoredKeys), line, &notes))
        } catch {
            let reject = error.error(path: path, line: line)
            if !reading.skipsBadLines { throw reject }
            file.rejects.append(reject)
        }
    }
    file.notes = notes.sentences.map { "\(path): \($0)" }
    return file
}

/// Gives the text of each record: of each line that is not blank, or of each element of a JSON array.
///
/// - Parameter isEnough: whether to read no further.
/// - Returns: whether the file is an array, and numbers are those of its elements.
func eachRecord(
    at path: String, until isEnough: () -> Bool = { false },
    _ body: (_ number: Int, _ bytes: ArraySlice<UInt8>) throws(RecordError) -> Void
) throws(RecordError) -> Bool {
    var texts = try RecordTexts(path: path)
    while !isEnough(), let (number, bytes) = try texts.next() { try body(number, bytes) }
    return texts.isArray
}

/// The texts of the records of a file.
struct RecordTexts {
    private var elements: ArrayReader?
    private var lines: LineReader?

    /// Whether the file is an array.
    var isArray: Bool { elements != nil }

    init(path: String) throws(RecordError) {
        elements = try ArrayReader(path: path)
        if elements == nil { lines = try LineReader(path: path) }
    }

    /// The next text, with its line, or its number in the array.
    mutating func next() throws(RecordError) -> (number: Int, bytes: ArraySlice<UInt8>)? {
        if isArray { return try elements?.next() }
        return try lines?.next()
    }
}

/// The value of a line.
func parsedRecord(_ bytes: ArraySlice<UInt8>) throws(BadLine) -> ParsedJSON {
    do {
        _ = try UTF8Span(validating: bytes.span)
    } catch { throw BadLine(reason: "it is not UTF-8, from its byte \(error.byteOffsets.lowerBound) on") }
    return try ParsedJSON(bytes)
}

/// A JSON text as a value, and what of it is to be known besides.
struct ParsedJSON {
    let value: JSONValue
    /// The places of strings with half of a surrogate pair, as in `messages.0.content`; U+FFFD stands for the half.
    let halves: Set<String>
    /// Keys that stand twice in one object; the last counts, as in Python.
    let repeated: Set<String>

    init(_ bytes: ArraySlice<UInt8>) throws(BadLine) {
        var reader = JSONReader(bytes, .python)
        do throws(JSONError) {
            value = try reader.value()
            try reader.end()
        } catch { throw BadLine(reason: "it is not JSON: \(error.reason) at byte \(error.position)") }
        (halves, repeated) = (reader.halfCharacters, reader.repeatedKeys)
    }
}

/// What is to be said once of a file.
struct ReadingNotes {
    var isArray = false
    private var repeated: [String: Int] = [:]  // the first line, by key
    private var unused: Set<String> = []
    private var sharedIDs = 0

    mutating func add(repeated keys: Set<String>, line: Int) {
        for key in keys where repeated[key] == nil { repeated[key] = line }
    }

    mutating func add(unused keys: Set<String>) { unused.formUnion(keys) }

    mutating func addSharedID() { sharedIDs += 1 }

    var sentences: [String] {
        var sentences: [String] = []
        if isArray { sentences.append("a JSON array; a line is the number of a record.") }
        for (key, line) in repeated.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
            sentences.append("line \(line): \"\(key)\" stands twice in an object; the last counts.")
        }
        if !unused.isEmpty {
            sentences.append("not used: the keys \(unused.sorted().joined(separator: ", ")).")
        }
        if sharedIDs > 0 {
            sentences.append(
                "\(sharedIDs) records have an id that an earlier one has; they are called ID#LINE.")
        }
        return sentences
    }
}

/// The ids of the records so far.
public struct RecordIDs {
    private var seen: Set<String> = []

    /// No ids yet.
    public init() {}

    /// The record's own id, or else its line number; where an earlier record has it, the line number is added.
    ///
    /// - Returns: the id, and whether it was added to.
    public mutating func id(_ own: String?, line: Int) -> (id: String, isShared: Bool) {
        var id = own ?? "\(line)"
        if seen.insert(id).inserted { return (id, false) }
        repeat { id += "#\(line)" } while !seen.insert(id).inserted
        return (id, true)
    }
}

/// What a column that labels a record says: a string, or a number as its digits; nil for anything else.
public struct RecordLabel: Decodable, Sendable {
    /// The label.
    public let text: String?

    /// Reads a label from a record.
    public init(from decoder: any Decoder) throws { text = labelText(try JSONValue(from: decoder)) }
}
