import Files
import Foundation
import Kernels
import ModelFiles
import Tensor
public import Transformers

/// The residual streams that enter the first block that is trained, of all texts: computed once, because nothing below it
/// changes.
public struct KeptStreams: Sendable {
    /// The first block that is trained.
    public let block: Int
    private let width: Int
    /// Where the rows of each item begin, and their number: [item + 1].
    private let starts: [Int]
    private let rows: Rows

    fileprivate enum Rows: Sendable {
        case memory([Float])
        case file(MappedFile)
    }

    /// The bytes that the streams of some items take.
    public static func bytes(of items: [ParallelItem], width: Int) -> Int {
        4 * width * items.reduce(0) { $0 + $1.sequences.reduce(0) { $0 + $1.count } }
    }

    /// Computes the streams of some items, and what the model makes of them.
    ///
    /// - Parameters:
    ///   - model: the model as the run starts.
    ///   - items: the texts.
    ///   - block: the first block that is trained.
    ///   - path: a file to keep them in, where they are large; nil keeps them in memory.
    ///   - progress: is told how many items are done since it was told last.
    /// - Returns: the streams, and the final states of each item.
    nonisolated(nonsending) public static func computing(
        _ model: Decoder, _ items: [ParallelItem], block: Int, file path: String?, packTokens: Int,
        workers: Int, progress: (_ items: Int, _ tokens: Int) -> Void = { _, _ in }
    ) async throws(LanguagesError) -> (streams: KeptStreams, reference: [LanguageReference]) {
        let lengths = items.map { $0.sequences.reduce(0) { $0 + $1.count } }
        var starts = [0]
        for length in lengths { starts.append(starts[starts.count - 1] + length) }
        let width = model.dModel
        var kept = try StreamStore(path, count: starts[items.count] * width)
        var reference = [LanguageReference?](repeating: nil, count: items.count)
        try await Packs(sharing: lengths, tokens: packTokens, workers: workers).forEach(workers: workers) {
            (members) throws(LanguagesError) -> ([Float], [LanguageReference]) in
            let batch = Batch(
                members.flatMap { items[$0].sequences }.map {
                    TokenSequence(ids: $0, supervised: $0.map { _ in false })
                })
            let entering = model.stream(batch, entering: block)
            let reading = LanguagePass(batch, texts: items[members[0]].sequences.count)
            let hidden = model.hidden(batch, rows: reading.rows, resuming: block, stream: entering)
            return (
                entering.elements,
                reading.states(hidden).map { LanguageReference(mean: $0.mean, others: $0.others) }
            )
        } deliver: { (members, found) throws(LanguagesError) in
            guard found.0.allSatisfy(\.isFinite) else { throw .notFinite(place: "block \(block)") }
            var rest = found.0[...]
            for (place, member) in members.enumerated() {
                let count = lengths[member] * width
                try kept.put(rest.prefix(count), at: starts[member] * width)
                rest = rest.dropFirst(count)
                reference[member] = found.1[place]
            }
            progress(members.count, members.reduce(0) { $0 + lengths[$1] })
        }
        return (
            KeptStreams(block: block, width: width, starts: starts, rows: try kept.rows()),
            reference.compactMap(\.self)
        )
    }

    /// What enters the block in a pass over some items: [position, width].
    func stream(of items: [Int]) -> Tensor {
        var values: [Float] = []
        for item in items {
            let own = starts[item] * width..<starts[item + 1] * width
            switch rows {
            case .memory(let all): values += all[own]
            case .file(let file):
                values += unsafe file.bytes(in: own.lowerBound * 4..<own.upperBound * 4).withUnsafeBytes {
                    unsafe Array($0.bindMemory(to: Float.self))
                }
            }
        }
        return Tensor(values, shape: [values.count / width, width])
    }
}

/// Where streams are put as they come: in memory, or in a file of floats.
private struct StreamStore {
    private var values: [Float] = []
    private let file: (path: String, handle: FileHandle)?

    init(_ path: String?, count: Int) throws(LanguagesError) {
        guard let path else {
            (values, file) = ([Float](repeating: 0, count: count), nil)
            return
        }
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw .file(.unwritable(path: path, reason: "it cannot be opened"))
        }
        file = (path, handle)
    }

    mutating func put(_ part: ArraySlice<Float>, at start: Int) throws(LanguagesError) {
        guard let file else { return values.replaceSubrange(start..<start + part.count, with: part) }
        do {
            try file.handle.seek(toOffset: UInt64(4 * start))
            try file.handle.write(contentsOf: unsafe part.withUnsafeBytes { unsafe Data($0) })
        } catch {
            throw .file(
                isFull(error)
                    ? .file(.full(path: file.path, free: freeBytes(at: file.path)))
                    : .unwritable(path: file.path, reason: error.localizedDescription))
        }
    }

    func rows() throws(LanguagesError) -> KeptStreams.Rows {
        guard let file else { return .memory(values) }
        do throws(MappedFileError) { return .file(try MappedFile(path: file.path)) } catch {
            throw .file(.unreadable(path: file.path, reason: "\(error)"))
        }
    }
}
