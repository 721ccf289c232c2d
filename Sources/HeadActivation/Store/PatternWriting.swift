import HDF5

extension PatternFile {
    /// Adds a measurement to the file, which is made when there is none.
    ///
    /// The file is replaced as a whole when the measurement is on the disk; on any failure it stays as it was. When
    /// another process writes the file, this one waits for it, up to a minute.
    ///
    /// - Parameter replacing: whether to replace the measurement of the same task and checkpoint, which otherwise
    ///   is refused.
    public func write(_ measurement: HeadMeasurement, replacing: Bool = false) throws(PatternError) {
        let (task, checkpoint) = (measurement.task, measurement.checkpoint)
        try requireName(task, kind: "task")
        try requireName(checkpoint, kind: "checkpoint")
        if let (example, what) = measurement.firstNotFinite { throw .notFinite(example: example, what: what) }
        let update = try beginUpdate()
        try makeRoom(task, checkpoint, in: update.file, replacing: replacing)
        try inFile { () throws(HDF5Error) in
            if update.isNew { try markOurs(update.file) }
            try measurement.write(to: update.file)
        }
        try commit(update)
    }

    /// Removes a measurement. The file is replaced as a whole; it does not shrink, but the room is used again.
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
        let update = try beginUpdate()
        try makeRoom(task, checkpoint, in: update.file, replacing: replacing)
    }

    /// Changes the file as a whole or not at all.
    func update(
        _ change: (borrowing HDF5File) throws(HDF5Error) -> Void
    ) throws(PatternError) {
        let update = try beginUpdate()
        try inFile { () throws(HDF5Error) in
            if update.isNew { try markOurs(update.file) }
            try change(update.file)
        }
        try commit(update)
    }

    private func beginUpdate() throws(PatternError) -> HDF5Update {
        let update = try inFile { () throws(HDF5Error) in try HDF5Update(of: path) }
        if !update.isNew { try requireOurs(update.file) }
        return update
    }

    private func commit(_ update: consuming HDF5Update) throws(PatternError) {
        do throws(HDF5Error) {
            try update.commit()
        } catch {
            throw .file(error)
        }
    }

    /// Clears the place of a measurement, of which a stranger may have left an unfinished one.
    private func makeRoom(
        _ task: String, _ checkpoint: String, in file: borrowing HDF5File, replacing: Bool
    ) throws(PatternError) {
        let group = "/\(task)/\(checkpoint)"
        guard try inFile({ () throws(HDF5Error) in try file.exists(group) }) else { return }
        let complete = try inFile { () throws(HDF5Error) in try file.attribute("complete", of: group) }
        if complete == .bool(true), !replacing {
            throw .present(path: path, task: task, checkpoint: checkpoint)
        }
        try inFile { () throws(HDF5Error) in try file.remove(group) }
    }

    private func markOurs(_ file: borrowing HDF5File) throws(HDF5Error) {
        try file.setAttribute("format", to: .string(Self.format))
        try file.setAttribute("format_version", to: .int(Self.formatVersion))
    }
}
