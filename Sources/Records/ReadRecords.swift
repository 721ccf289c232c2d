/// Reads a record from each line, and lists those that could not be read or stops at the first.
func readRecords<Record>(
    at path: String, skippingBadLines: Bool,
    _ record: (_ bytes: ArraySlice<UInt8>, _ line: Int) throws(BadLine) -> Record
) throws(RecordError) -> ([Record], rejects: [RecordError]) {
    var reader = try LineReader(path: path)
    var (records, rejects): ([Record], [RecordError]) = ([], [])
    while let (line, bytes) = try reader.next() {
        do throws(BadLine) {
            records.append(try record(bytes, line))
        } catch {
            let reject = RecordError.malformed(path: path, line: line, reason: error.reason)
            if !skippingBadLines { throw reject }
            rejects.append(reject)
        }
    }
    return (records, rejects)
}

/// The ids of the records so far, none of which may come again.
struct RecordIDs {
    private var lines: [String: Int] = [:]

    /// The record's own id, or else its line number.
    mutating func id(_ own: String?, line: Int) throws(BadLine) -> String {
        let id = own ?? "\(line)"
        if let earlier = lines[id] {
            throw BadLine(reason: "the id \"\(id)\" is that of line \(earlier) too")
        }
        lines[id] = line
        return id
    }
}

/// A string or a whole number.
struct RecordID: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Int.self) {
            text = "\(number)"
        } else if let string = try? value.decode(String.self) {
            text = string
        } else {
            throw BadLine(reason: "\"id\" is neither a string nor a whole number")
        }
    }
}
