public import Files
import Foundation
import Synchronization

/// Scores as they come, in a file beside the output: an attribution that is broken off goes on where it was, and gives the
/// same numbers, because packs are computed as they would have been.
///
/// A line says which weights the scores are of. A record follows for each pack, with a checksum: what was being written
/// when the process ended is not taken for one.
public final class KeptScores: Sendable {
    private let path: String
    private let descriptor: CInt
    private let head: [UInt8]
    private let known: Mutex<[PackKey: [[Float]]]>
    /// The number of examples whose scores a broken run left, each method by itself.
    public let count: Int

    /// Reads what a broken run left; begins anew where that was of other weights, or is nothing of the kind.
    ///
    /// - Parameters:
    ///   - path: The file that scores are kept in; it is made where there is none.
    ///   - weights: What tells what is measured from everything else, on one line: digests of the model and the
    ///     adapter, the precision. What is asked of it, the examples and the method, each record knows.
    public init(path: String, of weights: String) throws(FileError) {
        let head = Array("sft-probe scores of \(weights)\n".utf8)
        let left = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        var (records, end): ([PackKey: [[Float]]], Int) = ([:], 0)
        if left.starts(with: head) {
            end = head.count
            while let (key, rows, next) = scoreRecord(in: left, at: end) {
                (records[key], end) = (rows, next)
            }
        }
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw writingFailure(path) }
        (self.path, self.descriptor, self.head) = (path, descriptor, head)
        known = Mutex(records)
        count = records.values.reduce(0) { $0 + $1.count }
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw writingFailure(path) }
        if end == 0 { try append(head) }
    }

    deinit {
        if lseek(descriptor, 0, Int32(SEEK_END)) <= head.count { remove() }  // nothing was kept
        close(descriptor)
    }

    /// The scores of a pack's examples, where they are known: a row each.
    func rows(of key: PackKey) -> [[Float]]? { known.withLock { $0[key] } }

    /// Adds the scores of a pack.
    func add(_ rows: [[Float]], of key: PackKey) throws(FileError) {
        let record = scoreRecord(key, rows)
        try known.withLock { (_) throws(FileError) in try append(record) }  // one at a time
    }

    /// Writes at the end, whole or not at all.
    private func append(_ bytes: [UInt8]) throws(FileError) {
        let end = lseek(descriptor, 0, Int32(SEEK_END))
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { rest in
                unsafe write(descriptor, rest.baseAddress, rest.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let failure = writingFailure(path)
                _ = ftruncate(descriptor, end)
                throw failure
            }
            written += count
        }
    }

    /// Removes the file, when the output that it served stands.
    public func remove() { _ = unsafe unlink(path) }
}
