extension PatternFile {
    /// What ``merge(_:replacing:)`` did.
    public struct Merged: Sendable, Equatable {
        /// The task.
        public let task: String
        /// The checkpoint.
        public let checkpoint: String
        /// The number of shards that were joined; 0 for a measurement that was copied.
        public let shards: Int
        /// The number of examples.
        public let examples: Int
    }

    /// Brings the measurements of other files into this one: whole ones as they are, shards joined.
    ///
    /// All are there afterwards, or none.
    ///
    /// - Parameters:
    ///   - sources: the other files. What training recorded beside the measurements stays there.
    ///   - replacing: whether to replace what this file holds already.
    public func merge(_ sources: [PatternFile], replacing: Bool = false) throws(PatternError) -> [Merged] {
        var groups: [(key: Key, parts: [Source])] = []
        var places: [Key: Int] = [:]
        for source in sources {
            let reader = try PatternReader(source)
            for summary in try reader.list() {
                let key = Key(task: summary.task, checkpoint: summary.checkpoint)
                let part = Source(file: source, reader: reader, summary: summary)
                if let place = places[key] {
                    groups[place].parts.append(part)
                } else {
                    places[key] = groups.count
                    groups.append((key, [part]))
                }
            }
        }
        for group in groups { try requireWhole(group.key, group.parts) }
        var done: [Merged] = []
        try write(groups.count, replacing: replacing) { (place) throws(PatternError) in
            let (key, parts) = groups[place]
            var measurements: [HeadMeasurement] = []
            for part in parts { measurements.append(try part.reader.read(part.summary)) }
            let isWhole = parts[0].summary.provenance.shard == nil
            let whole = isWhole ? measurements[0] : try joined(measurements)
            done.append(
                Merged(
                    task: key.task, checkpoint: key.checkpoint, shards: isWhole ? 0 : parts.count,
                    examples: whole.examples))
            return whole
        }
        return done
    }

    private struct Key: Hashable {
        let task, checkpoint: String
    }

    private struct Source {
        let file: PatternFile
        let reader: PatternReader
        let summary: MeasurementSummary
    }

    /// Refuses, before anything is written, parts that are neither one whole nor all shards of one.
    private func requireWhole(_ key: Key, _ parts: [Source]) throws(PatternError) {
        let shards = parts.compactMap(\.summary.provenance.shard)
        if shards.isEmpty, parts.count == 1 { return }
        func cannot(_ reason: String) -> PatternError {
            .cannotJoin(task: key.task, checkpoint: key.checkpoint, reason: reason)
        }
        guard shards.count == parts.count else {
            throw cannot(
                "\(parts.map(\.file.path).joined(separator: " and ")) each hold one, and not all of them are shards"
            )
        }
        let count = shards[0].count
        guard shards.sorted(by: { $0.index < $1.index }) == (1...count).map({ Shard($0, of: count) }) else {
            throw cannot(
                "expected each of \(count) shards once, found "
                    + shards.map(\.description).joined(separator: ", "))
        }
    }
}
