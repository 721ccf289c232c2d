import Kernels

/// Sequences of which many begin alike, with every such beginning laid down once.
///
/// A sequence adds the rows in which it differs from all before it; its keys are the rows of its whole path. What all
/// begin with may be there already, as keys and values: those are rows 0, 1, …, and new rows follow them.
struct SharedStarts {
    /// The tokens of the new rows: [row].
    private(set) var ids: [Int32] = []
    /// The position of each new row in the sequences that it belongs to: [row].
    private(set) var positions: [Int32] = []
    /// The row of each position of each sequence, as they were given: [sequence][position].
    let paths: [[Int]]
    /// The rows that each sequence adds.
    let queries: Packing
    /// The rows whose keys those see.
    let keys: KeyRows

    /// Lays sequences down.
    ///
    /// - Parameters:
    ///   - alone: The sequences that share nothing, because their keys depend on their length.
    ///   - start: Keys and values of what all sequences begin with; of nothing where any is alone.
    init(_ sequences: [[Int32]], alone: [Bool], after start: KeyValueCache) {
        let done = start.positions[0]
        var paths = sequences.map { _ in [Int]() }
        var (added, read, lengths) = ([Int](), [Int](), [Int]())
        var before: Int?  // the last sequence that others may go on from
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

/// The rows whose keys and values the queries of a pass see, where those are not their own sequence's alone.
struct KeyRows: Sendable {
    let rows: [Int]
    let packing: Packing
    let start: KeyValueCache  // the first rows
}

/// How many tokens two sequences begin with alike.
func commonLength(_ a: some Sequence<Int32>, _ b: some Sequence<Int32>) -> Int {
    zip(a, b).prefix { $0 == $1 }.count
}
