import Statistics
import HDF5

extension PatternFile {
    /// What the file holds, task by task, in the order in which it was written. A measurement that was not
    /// finished is not listed.
    public func list() throws(PatternError) -> [MeasurementSummary] {
        let file = try inFile { () throws(HDF5Error) in try HDF5File(reading: path) }
        try requireOurs(file)
        var summaries: [MeasurementSummary] = []
        for (task, checkpoint) in try inFile({ () throws(HDF5Error) in try measurements(in: file) }) {
            summaries.append(try summary(task, checkpoint, in: file))
        }
        return summaries
    }

    /// The measurements of a task, a checkpoint, or both.
    ///
    /// - Throws: `absent` when something was asked for and nothing is there.
    public func list(task: String?, checkpoint: String?) throws(PatternError) -> [MeasurementSummary] {
        let all = try list()
        let chosen = all.filter { task ?? $0.task == $0.task && checkpoint ?? $0.checkpoint == $0.checkpoint }
        if chosen.isEmpty, task != nil || checkpoint != nil {
            throw .absent(
                path: path, task: task ?? "any task", checkpoint: checkpoint ?? "any checkpoint",
                held: all.map { "\($0.task)/\($0.checkpoint)" })
        }
        return chosen
    }

    /// Reads a measurement.
    public func read(task: String, checkpoint: String) throws(PatternError) -> HeadMeasurement {
        let file = try inFile { () throws(HDF5Error) in try HDF5File(reading: path) }
        try requireOurs(file)
        try requirePresent(task, checkpoint, in: file)
        return try measurement(task, checkpoint, in: file)
    }

    func requirePresent(
        _ task: String, _ checkpoint: String, in file: borrowing HDF5File
    ) throws(PatternError) {
        let isThere = try inFile { () throws(HDF5Error) in
            let group = "/\(task)/\(checkpoint)"
            guard ![task, checkpoint].contains(where: { $0.isEmpty || $0.contains("/") }),
                checkpoint != telemetry,
                try file.exists(group), try file.isGroup(group)
            else { return false }
            return try file.attribute("complete", of: group) == .bool(true)
        }
        if isThere { return }
        let held = try inFile { () throws(HDF5Error) in try measurements(in: file) }
        throw .absent(
            path: path, task: task, checkpoint: checkpoint, held: held.map { "\($0.task)/\($0.checkpoint)" })
    }

    /// The names of the finished measurements.
    private func measurements(
        in file: borrowing HDF5File
    ) throws(HDF5Error) -> [(task: String, checkpoint: String)] {
        var names: [(task: String, checkpoint: String)] = []
        for task in try file.children() {
            guard try file.exists(task), try file.isGroup(task) else { continue }
            for checkpoint in try file.children(of: task) where checkpoint != telemetry {
                let group = "/\(task)/\(checkpoint)"
                guard try file.exists(group), try file.isGroup(group) else { continue }
                if try file.attribute("complete", of: group) == .bool(true) {
                    names.append((task, checkpoint))
                }
            }
        }
        return names
    }

    private func summary(
        _ task: String, _ checkpoint: String, in file: borrowing HDF5File
    ) throws(PatternError) -> MeasurementSummary {
        let group = "/\(task)/\(checkpoint)"
        let shape = try inFile { () throws(HDF5Error) in try file.shape(of: "\(group)/signed") }
        guard shape.count == 3, shape.allSatisfy({ $0 > 0 }) else {
            throw damage(
                task, checkpoint, "the shape of signed should be [example, layer, head], but is \(shape)")
        }
        let provenance = try inFile { () throws(HDF5Error) in try Provenance(of: group, in: file) }
        return MeasurementSummary(
            task: task, checkpoint: checkpoint, examples: shape[0], layers: shape[1], heads: shape[2],
            provenance: provenance)
    }

    private func measurement(
        _ task: String, _ checkpoint: String, in file: borrowing HDF5File
    ) throws(PatternError) -> HeadMeasurement {
        let group = "/\(task)/\(checkpoint)"
        let summary = try summary(task, checkpoint, in: file)
        let count = summary.examples
        func read<Number: HDF5Number>(_ name: String) throws(PatternError) -> [Number] {
            let (values, shape) = try inFile { () throws(HDF5Error) in
                try file.read("\(group)/\(name)", as: Number.self)
            }
            guard name == "signed" || shape == [count] else {
                throw damage(task, checkpoint, "\(name) should have the shape [\(count)], but has \(shape)")
            }
            return values
        }
        let (ids, shape) = try inFile { () throws(HDF5Error) in try file.readStrings("\(group)/id") }
        guard shape == [count] else {
            throw damage(task, checkpoint, "id should have the shape [\(count)], but has \(shape)")
        }
        var measurement = HeadMeasurement(
            task: task, checkpoint: checkpoint, layers: summary.layers, heads: summary.heads,
            signed: try read("signed"), loss: try read("loss"), ids: ids, tokens: try read("tokens"),
            supervisedTokens: try read("supervised_tokens"), provenance: summary.provenance)
        measurement.modules = try readModules(of: measurement, in: file)
        measurement.adapter = try readAdapter(of: measurement, in: file)
        try readExtras(of: &measurement, group, in: file)
        if let (example, what) = measurement.firstNotFinite {
            throw damage(
                task, checkpoint, "the \(what) of the example \(example.debugDescription) is not finite")
        }
        return measurement
    }

    /// The scores of tokens and the audit, where there are any.
    private func readExtras(
        of measurement: inout HeadMeasurement, _ group: String, in file: borrowing HDF5File
    ) throws(PatternError) {
        let (layers, heads, examples) = (measurement.layers, measurement.heads, measurement.examples)
        let scores = try inFile { () throws(HDF5Error) in
            try file.exists("\(group)/token_scores")
                ? try file.read("\(group)/token_scores", as: Float.self) : nil
        }
        if let (values, shape) = scores {
            let expected = [measurement.tokens.reduce(0) { $0 + Int($1) }, layers, heads]
            guard shape == expected else {
                throw damage(
                    measurement.task, measurement.checkpoint,
                    "token_scores should have the shape \(expected), but has \(shape)")
            }
            measurement.tokenScores = values
        }
        measurement.audit = try inFile { () throws(HDF5Error) in
            try file.exists("\(group)/audit")
                ? try Audit(
                    from: file, "\(group)/audit", examples: examples, HeadGrid(layers: layers, heads: heads))
                : nil
        }
    }

    private func damage(_ task: String, _ checkpoint: String, _ reason: String) -> PatternError {
        .damaged(path: path, task: task, checkpoint: checkpoint, reason: reason)
    }
}
