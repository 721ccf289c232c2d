import Files
import Foundation
public import Records

/// What a live page is of: the folder of a training run, running or not, or a file of measurements.
public struct LiveSource: Sendable, Equatable {
    /// The run's folder; nil for a file of measurements.
    public let folder: String?
    /// The file of measurements, which a run may not have yet.
    public let patterns: String

    /// What is at a path.
    ///
    /// - Throws: `missing` where there is nothing, `invalid` for a folder that is not a run's.
    public init(at path: String) throws(RecordError) {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .missing(path: path)
        }
        guard isFolder.boolValue else {
            (folder, patterns) = (nil, path)
            return
        }
        let end = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard FileManager.default.fileExists(atPath: "\(end)/run.json") else {
            throw .invalid(
                path: path,
                reason:
                    "the folder is not a training run's: it has no run.json; give what `train --output` was given, or an HDF5 "
                    + "file of measurements")
        }
        (folder, patterns) = (end, "\(end)/patterns.h5")
    }

    /// The files that a page is made of.
    private var files: [String] {
        (folder.map { folder in
            ["run.json", "metrics.jsonl", "evaluations.jsonl", "final"].map { "\(folder)/\($0)" }
        } ?? []) + [patterns]
    }

    /// What tells whether anything has changed: the files' numbers, sizes and times, and whether somebody trains.
    var stamp: [String] {
        files.map { path in
            var facts = stat()
            guard unsafe stat(path, &facts) == 0 else { return "none" }
            return "\(facts.st_ino) \(facts.st_size) \(facts.st_mtim.tv_sec) \(facts.st_mtim.tv_nsec)"
        } + ["\(isActive)"]
    }

    /// Whether somebody trains: a process has the run's folder; or where the user wants no locks, its log has just grown.
    var isActive: Bool {
        guard let folder else { return false }
        if OutputLock.isHeld(folder) { return true }
        let facts = try? FileManager.default.attributesOfItem(atPath: "\(folder)/metrics.jsonl")
        guard !usesLocks, let written = facts?[.modificationDate] as? Date else { return false }
        return Date().timeIntervalSince(written) < 60
    }
}
