import Foundation
import HDF5

extension PatternFile {
    /// Adds a measurement to the file, which is made when there is none.
    ///
    /// The file is replaced as a whole when the measurement is on the disk; on any failure it stays as it was. When
    /// another process writes the file, this one waits for it, up to a minute.
    ///
    /// - Parameters:
    ///   - measurement: the measurement; its task and checkpoint name its place in the file.
    ///   - replacing: whether to replace the measurement of the same task and checkpoint, which otherwise
    ///     is refused.
    public func write(_ measurement: HeadMeasurement, replacing: Bool = false) throws(PatternError) {
        try requireWritable(measurement)
        try write(1, replacing: replacing) { _ in measurement }
    }

    /// The same for several measurements, of which one at a time is in memory: all are there afterwards, or none.
    ///
    /// - Parameter measurement: Gives each, from 0 on.
    func write(
        _ count: Int, replacing: Bool, _ measurement: (Int) throws(PatternError) -> HeadMeasurement
    ) throws(PatternError) {
        let update = try beginUpdate()
        if update.isNew { try inFile { () throws(HDF5Error) in try markOurs(update.file) } }
        for place in 0..<count {
            let next = try measurement(place)
            try requireWritable(next)
            try makeRoom(next.task, next.checkpoint, in: update.file, replacing: replacing)
            try inFile { () throws(HDF5Error) in try next.write(to: update.file) }
        }
        try commit(update)
    }

    private func requireWritable(_ measurement: HeadMeasurement) throws(PatternError) {
        try requireName(measurement.task, kind: "task")
        try requireName(measurement.checkpoint, kind: "checkpoint")
        if let (example, what) = measurement.firstNotFinite { throw .notFinite(example: example, what: what) }
    }

    /// Removes a measurement. The file is replaced as a whole, and is packed anew where much of it would be unused.
    public func remove(task: String, checkpoint: String) throws(PatternError) {
        let update = try beginUpdate()
        if update.isNew { throw .file(.missing(path: path)) }
        try requirePresent(task, checkpoint, in: update.file)
        try inFile { () throws(HDF5Error) in
            try update.file.remove("/\(task)/\(checkpoint)")
            if try update.file.children(of: "/\(task)").isEmpty { try update.file.remove("/\(task)") }
        }
        try commit(update)
    }

    /// Fails as ``write(_:replacing:)`` would, without writing: to be called before a long measurement begins.
    public func requireRoom(task: String, checkpoint: String, replacing: Bool = false) throws(PatternError) {
        try requireName(task, kind: "task")
        try requireName(checkpoint, kind: "checkpoint")
        guard FileManager.default.fileExists(atPath: path) else {
            _ = try beginUpdate()
            return
        }
        let file = try inFile { () throws(HDF5Error) in try HDF5File(reading: path) }
        try requireOurs(file)
        try requireAbsent(task, checkpoint, in: file, unless: replacing)
    }

    /// Changes the file as a whole or not at all.
    func update(
        waiting seconds: Double = 60, _ change: (borrowing HDF5File) throws(HDF5Error) -> Void
    ) throws(PatternError) {
        let update = try beginUpdate(waiting: seconds)
        let isNew = update.isNew
        try inFile { () throws(HDF5Error) in
            if isNew { try markOurs(update.file) }
            try change(update.file)
        }
        try commit(update)
    }

    private func beginUpdate(waiting seconds: Double = 60) throws(PatternError) -> HDF5Update {
        let update = try inFile { () throws(HDF5Error) in try HDF5Update(of: path, waiting: seconds) }
        if !update.isNew { try requireOurs(update.file) }
        return update
    }

    /// What was removed leaves room that HDF5 uses again only as long as the file is open. A small file is packed anew
    /// then; a large one notes how much it has grown by what was replaced, and is packed beyond a fifth.
    private func commit(_ update: consuming HDF5Update) throws(PatternError) {
        do throws(HDF5Error) {
            guard update.file.hasRemoved else { return try update.commit() }
            let room = try update.file.room()
            let before = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            var unused = max(room.freed, room.size - (before ?? room.size))
            if case .int(let noted)? = try update.file.attribute(Self.unusedRoom) { unused += max(0, noted) }
            if room.size < Self.smallFile || unused > room.size / 5 {
                try update.commit { (from, to) throws(HDF5Error) in try transfer(from, to) }
            } else {
                if unused > 0 { try update.file.setAttribute(Self.unusedRoom, to: .int(unused)) }
                try update.commit()
            }
        } catch {
            throw .file(error)
        }
    }

    /// The size up to which packing takes no time that is felt, in bytes.
    private static let smallFile = 16 << 20

    /// The root attribute with the bytes that nothing uses.
    private static let unusedRoom = "unused_bytes"

    private func transfer(_ from: borrowing HDF5File, _ to: borrowing HDF5File) throws(HDF5Error) {
        try markOurs(to)
        for task in try from.children() {
            guard try from.isGroup("/\(task)") else {
                try from.copy("/\(task)", to: to, as: "/\(task)")
                continue
            }
            try to.createGroup("/\(task)")
            for child in try from.children(of: "/\(task)") {
                try from.copy("/\(task)/\(child)", to: to, as: "/\(task)/\(child)")
            }
        }
    }

    /// Clears the place of a measurement, of which a stranger may have left an unfinished one.
    private func makeRoom(
        _ task: String, _ checkpoint: String, in file: borrowing HDF5File, replacing: Bool
    ) throws(PatternError) {
        try requireAbsent(task, checkpoint, in: file, unless: replacing)
        let group = "/\(task)/\(checkpoint)"
        try inFile { () throws(HDF5Error) in if try file.exists(group) { try file.remove(group) } }
    }

    private func requireAbsent(
        _ task: String, _ checkpoint: String, in file: borrowing HDF5File, unless replacing: Bool
    ) throws(PatternError) {
        let group = "/\(task)/\(checkpoint)"
        let isComplete = try inFile { () throws(HDF5Error) in
            guard try file.exists(group) else { return false }
            return try file.attribute("complete", of: group) == .bool(true)
        }
        if isComplete, !replacing { throw .present(path: path, task: task, checkpoint: checkpoint) }
    }

    private func markOurs(_ file: borrowing HDF5File) throws(HDF5Error) {
        try file.setAttribute("format", to: .string(Self.format))
        try file.setAttribute("format_version", to: .int(Self.formatVersion))
    }
}
