import Files
import Foundation
public import Records

/// The curves of a run for TensorBoard: `train/loss`, `train/grad_norm`, `train/learning_rate`, `train/<name>` for the
/// objective's figures, `eval/<name>` and pictures by step, each step in the system's hands before the next begins.
public final class EventsFile {
    /// The file, `events.out.tfevents.<seconds since 1970>.<host>.<process>.0` in the run's folder.
    public let path: String

    private let handle: FileHandle
    private static let prefix = "events.out.tfevents."

    /// Begins a file in `folder` with steps that were made before, and removes the events files that are there, so
    /// that no step appears twice.
    ///
    /// The steps end one after the other at the times that their seconds give, the last one now; pauses between them
    /// are lost. Whatever stops this is mended by the next attempt, since `metrics.jsonl` has all of it.
    ///
    /// - Parameters:
    ///   - folder: where the file is put.
    ///   - lines: the metrics of the steps before.
    ///   - images: the pictures of such a step.
    public init(
        folder: String, after lines: [MetricsLine] = [], images: (_ step: Int) -> [EventImage] = { _ in [] }
    ) throws(RecordError) {
        let now = Date().timeIntervalSince1970
        let process = ProcessInfo.processInfo
        path = "\(folder)/\(Self.prefix)\(Int(now)).\(process.hostName).\(process.processIdentifier).0"
        do {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder)
            where name.hasPrefix(Self.prefix) {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
            let bytes = Event.file(of: lines, endingAt: now, images: images)
            try writeWholeFile(bytes, to: path)
        } catch { throw unwritable(path, error) }
        handle = try appending(to: path)
    }

    /// Adds the scalars and pictures of a step that ends now.
    public func append(_ line: MetricsLine, images: [EventImage] = []) throws(RecordError) {
        let bytes = Event.step(line, images, at: Date().timeIntervalSince1970)
        try write(Data(bytes), to: handle, at: path)
    }
}
