/// The heads of one sequence that read the same keys and values, and the blocks of queries that a thread computes.
struct AttentionGroup {
    let heads: Range<Int>
    let blocks: [AttentionBlock]
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
    /// Calls `body` with every sequence's groups, on some threads, which share the blocks of queries.
    func forEachGroup(threads: Int, _ body: (_ thread: Int, AttentionGroup) -> Void) {
        inParallel(threads) { thread in
            for (sequence, (q, k)) in zip(queries.sequences, keys.sequences).enumerated() {
                let blocks = AttentionBlock.all(queries: q, keys: k.count, in: self).enumerated()
                    .filter { ($0.offset + sequence) % threads == thread }.map(\.element)
                guard !blocks.isEmpty else { continue }
                let (shared, stride) = (heads / keyValueHeads, keyValueHeads * dHead)
                for head in 0..<keyValueHeads {
                    body(
                        thread,
                        AttentionGroup(
                            heads: head * shared..<(head + 1) * shared, blocks: blocks, keys: k.count,
                            dHead: dHead, start: k.lowerBound * stride + head * dHead, stride: stride))
                }
            }
        }
    }
}
