import Foundation
import HeadActivation
import Records

/// A pool of examples that was measured beside a target task.
struct MeasuredPool {
    /// What the pool's measurement is called.
    let task: String
    let measurement: HeadMeasurement
    /// The pool's examples, in the order of its measurement.
    let examples: [Example]
    /// How like the target each example is.
    let scores: PoolScores
    /// What differs between the measurements and was allowed.
    let warnings: [String]

    /// Reads a pool's examples and its measurement, and holds them against the target's.
    ///
    /// - Parameters:
    ///   - path: the pool's examples (JSON lines).
    ///   - task: what their measurement is called; nil for the name of the file.
    ///   - count: how many are to be chosen.
    init(
        at path: String, named task: String? = nil, in file: PatternFile, target: String,
        checkpoint: String = "base", count: Int, allowMismatch: Bool = false
    ) throws {
        let task = task ?? URL(filePath: path).deletingPathExtension().lastPathComponent
        let set = try TaskSet(
            file, checkpoint: checkpoint, tasks: [task, target], allowMismatch: allowMismatch)
        let measured = set.measurements[0]
        let byID = Dictionary(try openExamples(path).map { ($0.id, $0) }) { first, _ in first }
        examples = try measured.ids.map { id in
            guard let example = byID[id] else {
                throw PatternError.insufficient(
                    "\(path) has no example \(id.debugDescription), which the measurement of \(task) has; "
                        + "give the file that was measured.")
            }
            return example
        }
        guard count <= measured.examples else {
            throw PatternError.insufficient(
                "\(task) holds \(measured.examples) measured examples, but \(count) are to be chosen.")
        }
        guard let scores = PoolScores(pool: measured, target: set.measurements[1]) else {
            throw PatternError.insufficient(
                "\(target) has no activation at \(checkpoint), so nothing is like it.")
        }
        (self.task, measurement, self.scores, warnings) = (task, measured, scores, set.warnings)
    }
}

/// The examples of a file; how it was read is said.
func openExamples(_ path: String) throws -> [Example] {
    let file = try readExamples(at: path, RecordReading())
    for note in file.notes { standardError(note) }
    return file.records
}
