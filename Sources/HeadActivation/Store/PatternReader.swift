import HDF5

/// A file of measurements that stays open while several are read: it shows what the file held when it was opened.
public final class PatternReader {
    private let place: PatternFile
    private let file: HDF5File
    private var listed: [MeasurementSummary]?
    private var activations: [String: [Double]] = [:]  // by task and checkpoint

    /// Opens a file of measurements.
    public init(_ place: PatternFile) throws(PatternError) {
        self.place = place
        file = try inFile { () throws(HDF5Error) in try HDF5File(reading: place.path) }
        try place.requireOurs(file)
    }

    /// What the file holds, task by task, in the order in which it was written. A measurement that was not
    /// finished is not listed.
    public func list() throws(PatternError) -> [MeasurementSummary] {
        if let listed { return listed }
        let all = try place.summaries(in: file)
        listed = all
        return all
    }

    /// The measurements of a task, a checkpoint, or both.
    ///
    /// - Throws: `absent` when something was asked for and nothing is there.
    public func list(task: String?, checkpoint: String?) throws(PatternError) -> [MeasurementSummary] {
        let all = try list()
        let chosen = all.filter { task ?? $0.task == $0.task && checkpoint ?? $0.checkpoint == $0.checkpoint }
        if chosen.isEmpty, task != nil || checkpoint != nil {
            throw .absent(
                path: place.path, task: task ?? "any task", checkpoint: checkpoint ?? "any checkpoint",
                held: all.map { "\($0.task)/\($0.checkpoint)" })
        }
        return chosen
    }

    /// Reads a measurement.
    public func read(task: String, checkpoint: String) throws(PatternError) -> HeadMeasurement {
        try place.requirePresent(task, checkpoint, in: file)
        return try read(try place.summary(task, checkpoint, in: file))
    }

    /// Reads a measurement that was listed.
    public func read(_ summary: MeasurementSummary) throws(PatternError) -> HeadMeasurement {
        try place.measurement(summary, in: file)
    }

    /// The activation of each head of a measurement that was listed, which is read once.
    public func activation(_ summary: MeasurementSummary) throws(PatternError) -> [Double] {
        let name = "\(summary.task)/\(summary.checkpoint)"
        if let known = activations[name] { return known }
        let found = try read(summary).activation
        activations[name] = found
        return found
    }
}

extension PatternFile {
    /// What the file holds; see ``PatternReader/list()``.
    public func list() throws(PatternError) -> [MeasurementSummary] { try PatternReader(self).list() }

    /// The measurements of a task, a checkpoint, or both; see ``PatternReader/list(task:checkpoint:)``.
    public func list(task: String?, checkpoint: String?) throws(PatternError) -> [MeasurementSummary] {
        try PatternReader(self).list(task: task, checkpoint: checkpoint)
    }

    /// Reads a measurement. To read several, keep a ``PatternReader``.
    public func read(task: String, checkpoint: String) throws(PatternError) -> HeadMeasurement {
        try PatternReader(self).read(task: task, checkpoint: checkpoint)
    }
}
