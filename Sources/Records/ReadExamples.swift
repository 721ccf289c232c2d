import Foundation

/// Reads JSON lines of any of the known shapes.
///
/// These are, and in this order they are looked for: `messages`; ShareGPT's `conversations`; `prompt` with
/// `completion`, both strings or both lists of messages; alpaca's `instruction` with `output` and optional `input`,
/// `system` and `history`; `text`. The shape of the first record is required of all. `id` and `task` are optional.
///
/// - Parameters:
///   - path: a file of JSON lines in UTF-8; blank lines are passed over.
///   - skippingBadLines: leaves bad lines out and lists them, instead of stopping at the first.
/// - Returns: the examples in the order of the file, and the lines that were left out with their reasons.
/// - Throws: `malformed` at the first bad line, unless they are skipped; a repeated id is a bad line too.
public func readExamples(
    at path: String, skippingBadLines: Bool = false
) throws(RecordError) -> (examples: [Example], rejects: [RecordError]) {
    var reader = try LineReader(path: path)
    var decoder = ExampleDecoder()
    var (examples, rejects): ([Example], [RecordError]) = ([], [])
    while let (line, bytes) = try reader.next() {
        do throws(BadLine) {
            examples.append(try decoder.example(from: bytes, line: line))
        } catch {
            let reject = RecordError.malformed(path: path, line: line, reason: error.reason)
            if !skippingBadLines { throw reject }
            rejects.append(reject)
        }
    }
    return (examples, rejects)
}

/// Turns lines into examples and remembers what the later ones must agree with.
private struct ExampleDecoder {
    private let decoder = JSONDecoder()
    private var lineOfID: [String: Int] = [:]
    private var knowsShape = false

    mutating func example(from bytes: ArraySlice<UInt8>, line: Int) throws(BadLine) -> Example {
        if !knowsShape, let key = ExampleLine.shape {
            decoder.userInfo[key] = try ExampleShape(of: decoder.record(RecordKeys.self, from: bytes))
            knowsShape = true
        }
        let record = try decoder.record(ExampleLine.self, from: bytes)
        let id = record.id ?? "\(line)"
        if let earlier = lineOfID[id] {
            throw BadLine(reason: "the id \"\(id)\" is that of line \(earlier) too")
        }
        lineOfID[id] = line
        return Example(id: id, task: record.task, line: line, content: record.content)
    }
}
