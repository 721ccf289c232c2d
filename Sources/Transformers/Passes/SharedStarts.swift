import Kernels

/// A prefix tree of sequences: a shared prefix is computed once.
///
/// Each sequence adds rows only for the tokens after its longest prefix shared with an earlier sequence; its
/// keys are the rows of its whole path in the tree. The prefix common to all may already be in a KV cache: it
/// is rows 0, 1, …, and new rows follow.
struct SharedStarts {
    /// The tokens of the rows to compute: [row].
    private(set) var ids: [Int32] = []
    /// The position of each of these rows in its sequences: [row].
    private(set) var positions: [Int32] = []
    /// The row of each position of each sequence, in the order given: [sequence][position].
    let paths: [[Int]]
    /// The rows that each sequence adds.
    let queries: Packing
    /// The rows whose keys each sequence's new rows attend to.
    let keys: KeyRows

    /// Builds the tree.
    ///
    /// - Parameters:
    ///   - alone: The sequences that must not share a prefix, because their keys depend on the sequence
    ///     length.
    ///   - start: KV cache of the prefix common to all sequences; empty if any sequence is alone.
    init(_ sequences: [[Int32]], alone: [Bool], after start: KeyValueCache) {
        let done = start.positions[0]
        var paths = sequences.map { _ in [Int]() }
        var (added, read, lengths) = ([Int](), [Int](), [Int]())
        var before: Int?  // the last sequence whose prefix others may share
        for place in sequences.indices.sorted(by: {
            sequences[$0].lexicographicallyPrecedes(sequences[$1])
        }) {
            let own = sequences[place]
            let alike = alone[place] ? 0 : before.map { commonLength(own, sequences[$0]) } ?? done
            let first = done + ids.count
            paths[place] =
                (before.map { Array(paths[$0].prefix(alike)) } ?? Array(0..<alike))
                + (first..<first + own.count - alike)
            ids += own[alike...]
            positions += (alike..<own.count).map { Int32($0) }
            if !alone[place] { before = place }
            guard alike < own.count else { continue }
            added.append(own.count - alike)
            read += paths[place]
            lengths.append(own.count)
        }
        self.paths = paths
        queries = Packing(lengths: added)
        keys = KeyRows(rows: read, packing: Packing(lengths: lengths), start: start)
    }
}

/// The rows whose keys and values the queries of a pass attend to, where sequences share rows.
struct KeyRows: Sendable {
    let rows: [Int]
    let packing: Packing
    let start: KeyValueCache  // KV cache of the first rows
}

/// The length of the common prefix of two sequences.
func commonLength(_ a: some Sequence<Int32>, _ b: some Sequence<Int32>) -> Int {
    zip(a, b).prefix { $0 == $1 }.count
}
