import Foundation

/// Reads JSON lines of any of the known shapes.
///
/// These are, and in this order they are looked for: `messages`; ShareGPT's `conversations`; `prompt` with
/// `completion`, both strings or both lists of messages; alpaca's `instruction` with `output` and optional `input`,
/// `system` and `history`; `question` with `answer`, a user's turn and the assistant's; `text`. The shape of the first
/// record is required of all. `id` and `task` are optional, and so are
/// `counterfactual_prompt` and `other_completion`.
///
/// - Parameters:
///   - path: a file of JSON lines in UTF-8; blank lines are passed over.
///   - skippingBadLines: leaves bad lines out and lists them, instead of stopping at the first.
/// - Returns: the examples in the order of the file, and the lines that were left out with their reasons.
/// - Throws: `malformed` at the first bad line, unless they are skipped; a repeated id is a bad line too.
public func readExamples(
    at path: String, skippingBadLines: Bool = false
) throws(RecordError) -> (examples: [Example], rejects: [RecordError]) {
    let decoder = JSONDecoder()
    var (ids, knowsShape) = (RecordIDs(), false)
    return try readRecords(at: path, skippingBadLines: skippingBadLines) { (bytes, line) throws(BadLine) in
        if !knowsShape, let key = ExampleLine.shape {
            decoder.userInfo[key] = try ExampleShape(of: decoder.record(RecordKeys.self, from: bytes))
            knowsShape = true
        }
        let record = try decoder.record(ExampleLine.self, from: bytes)
        return Example(
            id: try ids.id(record.id, line: line), task: record.task, line: line, content: record.content,
            contrast: record.contrast)
    }
}
