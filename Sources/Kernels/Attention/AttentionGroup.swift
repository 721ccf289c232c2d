/// A unit of work for a thread: the query heads of one sequence that share a key/value head, and every n-th
/// block of its queries.
struct AttentionGroup {
    let heads: Range<Int>
    let blocks: [AttentionBlock]
    /// Its number, 0 to n − 1, among the groups with the same keys and values.
    let turn: Int
    /// The sequence's keys.
    let keys: Int
    let dHead: Int
    /// Offset and leading dimension of its head in [key, keyValueHeads, dHead].
    let start: Int
    let stride: Int
    /// How its products are computed.
    let arithmetic: Arithmetic

    /// The queries of a block, at most.
    var blockSize: Int { AttentionBlock.size(arithmetic.attentionNumbers) }

    /// Memory to pack the left sides of its products into.
    func strips() -> Strips {
        Strips(rows: blockSize, depth: max(dHead, reach), arithmetic.attentionNumbers)
    }

    /// The largest number of keys in a part of any block.
    var reach: Int { blocks.flatMap(\.parts).map(\.count).max() ?? 0 }

    /// Keys or values, [keys, dHead], as the right side of products whose left sides are blocks of queries.
    func side(_ x: UnsafePointer<Float>, transposed: Bool = false, factor: Float = 1) -> RightSide {
        unsafe RightSide(
            x, at: start, stride: stride, transposed: transposed, factor: factor,
            transposed ? (dHead, keys) : (keys, dHead),
            left: heads.count * blocks.reduce(0) { $0 + $1.rows.count }, arithmetic)
    }
}

extension AttentionShape {
    /// n, the number of groups that split a sequence's query blocks: more than one if there are too few heads
    /// and sequences to occupy threads. It does not depend on the number of threads, so sums do not either.
    var turns: Int {
        let groups = max(1, queries.count * keyValueHeads)
        return (4 + groups - 1) / groups
    }

    /// Calls `body` with every group, split among the threads.
    func forEachGroup(_ body: (AttentionGroup) -> Void) {
        let groups = groups(Arithmetic.current)
        spread(groups.count) { own in
            for place in own { body(groups[place]) }
        }
    }

    private func groups(_ arithmetic: Arithmetic) -> [AttentionGroup] {
        let (shared, stride) = (heads / keyValueHeads, keyValueHeads * dHead)
        return zip(queries.sequences, keys.sequences).enumerated().flatMap { sequence, rows in
            let (q, k) = rows
            let blocks = AttentionBlock.all(
                queries: q, keys: k.count, mask(sequence), window: window, arithmetic.attentionNumbers)
            return (0..<min(turns, blocks.count)).flatMap { turn in
                let own = Swift.stride(from: turn, to: blocks.count, by: turns).map { blocks[$0] }
                return (0..<keyValueHeads).map { head in
                    AttentionGroup(
                        heads: head * shared..<(head + 1) * shared, blocks: own, turn: turn, keys: k.count,
                        dHead: dHead, start: k.lowerBound * stride + head * dHead, stride: stride,
                        arithmetic: arithmetic)
                }
            }
        }
    }
}
