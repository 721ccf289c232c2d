import Examples
import Records
import Runs
import Transformers

/// The prompts or texts of a file as tokens; what was left out or cut is said.
func openPrompts(
    _ path: String, _ reading: DataReading, _ open: OpenModel, _ options: RunOptions
) throws -> [StateSequence] {
    let file = try readStateRecords(at: path, reading.plan.reading)
    for reject in file.rejects { standardError("skipped: \(reject)") }
    for note in file.notes { options.remark(note) }
    let (sequences, rejects) = encode(
        file.records, with: open.tokenizer, contextLength: open.decoder.contextLength,
        vocabulary: open.decoder.vocabulary, now: options.template.now)
    for reject in rejects { standardError("left out: \(path), \(reject)") }
    let cut = sequences.filter { $0.cut > 0 }
    for sequence in cut.prefix(20) {
        standardError(
            "cut: \(path), line \(sequence.record.line) (id \(sequence.record.id)): \(sequence.cut) tokens from its left, to "
                + "fit the context of \(open.decoder.contextLength).")
    }
    if cut.count > 20 { standardError("cut: \(path): so were \(cut.count - 20) more texts.") }
    guard !sequences.isEmpty else {
        throw UnusableData(
            description: "\(path) holds no text that can be used"
                + (rejects.first.map { ": \($0)" } ?? "; give at least one record."))
    }
    return sequences
}
