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
    /// Each measurement is there whole or not at all; those that follow a failure are missing.
    ///
    /// - Parameters:
    ///   - sources: the other files. What training recorded beside the measurements stays there.
    ///   - replacing: whether to replace what this file holds already.
    public func merge(_ sources: [PatternFile], replacing: Bool = false) throws(PatternError) -> [Merged] {
        var groups: [(key: Key, parts: [Source])] = []
        for source in sources {
            for summary in try source.list() {
                let key = Key(task: summary.task, checkpoint: summary.checkpoint)
                let part = Source(file: source, summary: summary)
                if let index = groups.firstIndex(where: { $0.key == key }) {
                    groups[index].parts.append(part)
                } else {
                    groups.append((key, [part]))
                }
            }
        }
        for group in groups { try requireWhole(group.key, group.parts) }
        var done: [Merged] = []
        for (key, parts) in groups {
            var measurements: [HeadMeasurement] = []
            for part in parts {
                measurements.append(try part.file.read(task: key.task, checkpoint: key.checkpoint))
            }
            let whole = parts[0].summary.provenance.shard == nil ? measurements[0] : try joined(measurements)
            try write(whole, replacing: replacing)
            done.append(
                Merged(
                    task: key.task, checkpoint: key.checkpoint,
                    shards: parts[0].summary.provenance.shard == nil ? 0 : parts.count,
                    examples: whole.examples))
        }
        return done
    }

    private struct Key: Equatable {
        let task, checkpoint: String
    }

    private struct Source {
        let file: PatternFile
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
