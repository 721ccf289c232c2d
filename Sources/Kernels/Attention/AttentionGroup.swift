/// The heads of one sequence that read the same keys and values, and every n-th of the sequence's blocks of queries.
struct AttentionGroup {
    let heads: Range<Int>
    let blocks: [AttentionBlock]
    /// Which of n it is: groups with the same keys and values have different ones.
    let turn: Int
    /// The sequence's keys.
    let keys: Int
    let dHead: Int
    /// Where its numbers begin in [key, keyValueHeads, dHead], and how far rows lie apart.
    let start: Int
    let stride: Int

    /// The most keys of a part of any block.
    var reach: Int { blocks.flatMap(\.parts).map(\.count).max() ?? 0 }

    /// Keys or values, [keys, dHead], as the right side of products with what is as long as the queries.
    func side(_ x: UnsafePointer<Float>, transposed: Bool = false, factor: Float = 1) -> RightSide {
        unsafe RightSide(
            x, at: start, stride: stride, transposed: transposed, factor: factor,
            transposed ? (dHead, keys) : (keys, dHead),
            left: heads.count * blocks.reduce(0) { $0 + $1.rows.count })
    }
}

extension AttentionShape {
    /// How many groups share the blocks of a sequence's heads: more than one where there are few heads and sequences for threads
    /// to take. It does not depend on the number of threads, nor do sums, then.
    var turns: Int {
        let groups = max(1, queries.count * keyValueHeads)
        return (4 + groups - 1) / groups
    }

    /// Calls `body` with every sequence's groups, on the threads that there are.
    func forEachGroup(_ body: (AttentionGroup) -> Void) {
        let groups = groups
        spread(groups.count) { own in
            for place in own { body(groups[place]) }
        }
    }

    private var groups: [AttentionGroup] {
        let (shared, stride) = (heads / keyValueHeads, keyValueHeads * dHead)
        return zip(queries.sequences, keys.sequences).flatMap { q, k in
            let blocks = AttentionBlock.all(queries: q, keys: k.count, in: self)
            return (0..<min(turns, blocks.count)).flatMap { turn in
                let own = Swift.stride(from: turn, to: blocks.count, by: turns).map { blocks[$0] }
                return (0..<keyValueHeads).map { head in
                    AttentionGroup(
                        heads: head * shared..<(head + 1) * shared, blocks: own, turn: turn, keys: k.count,
                        dHead: dHead, start: k.lowerBound * stride + head * dHead, stride: stride)
                }
            }
        }
    }
}
