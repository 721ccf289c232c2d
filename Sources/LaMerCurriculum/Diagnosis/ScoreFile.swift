import Files
import Foundation
public import Records
import Transformers

/// Scores as they come, in a file beside the output: a diagnosis that is broken off goes on where it was.
public final class ScoreFile {
    private let path: String
    private var known: [Key: [[Float]]] = [:]

    private struct Key: Hashable {
        let prompt: [Int32]
        let options: [[Int32]]

        init(_ continuations: Continuations) {
            (prompt, options) = (continuations.prompt, continuations.options)
        }
    }

    private struct Head: Codable, Equatable {
        let scores_of: String
    }

    private struct Line: Codable {
        let prompt: [Int32]
        let options: [[Int32]]
        let losses: [[Float]]
    }

    /// Reads what a broken run left; begins anew where that was of another model, or is nothing of the kind.
    ///
    /// - Parameters:
    ///   - path: the file; it is written anew with the scores that it had.
    ///   - model: what tells the model's weights from others.
    public init(path: String, model: String) throws(RecordError) {
        self.path = path
        let head = Head(scores_of: model)
        let left = FileManager.default.contents(atPath: path) ?? Data()
        let lines = left.prefix(left.lastIndex(of: 0x0A) ?? 0).split(separator: 0x0A)
        let decoder = JSONDecoder()
        if let first = lines.first, (try? decoder.decode(Head.self, from: first)) == head {
            for line in lines.dropFirst() {
                guard let line = try? decoder.decode(Line.self, from: line),
                    line.options.allSatisfy({ !$0.isEmpty }), !line.prompt.isEmpty,
                    line.losses.map(\.count) == line.options.map(\.count)
                else { continue }
                known[Key(Continuations(prompt: line.prompt, options: line.options))] = line.losses
            }
        }
        let text =
            try [jsonLine(head)]
            + known.map { (key, losses) throws(RecordError) in
                try jsonLine(Line(prompt: key.prompt, options: key.options, losses: losses))
            }
        do throws(FileError) {
            try writeWholeFile(Array((text.joined(separator: "\n") + "\n").utf8), to: path)
        } catch { throw .file(error) }
    }

    /// The number of prompts whose scores are known.
    public var count: Int { known.count }

    /// −log p of each token of each option, where they are known.
    func losses(of continuations: Continuations) -> [[Float]]? { known[Key(continuations)] }

    /// Adds scores, and brings them to the disk.
    func add(_ scored: [(Continuations, [[Float]])]) throws(RecordError) {
        var text = ""
        for (continuations, losses) in scored {
            known[Key(continuations)] = losses
            text +=
                try jsonLine(
                    Line(prompt: continuations.prompt, options: continuations.options, losses: losses)) + "\n"
        }
        do {
            let handle = try FileHandle(forUpdating: URL(filePath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
            try handle.close()
        } catch {
            throw isFull(error)
                ? .file(.full(path: path, free: freeBytes(at: path)))
                : .unwritable(path: path, reason: error.localizedDescription)
        }
    }

    /// Removes the file where nothing was scored: there is nothing to go on from.
    public func removeIfEmpty() { if known.isEmpty { remove() } }

    /// Removes the file, when the output that it served stands.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
