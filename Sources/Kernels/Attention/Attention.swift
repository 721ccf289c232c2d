import CKernels

/// The shape and options of attention.
public struct AttentionShape: Sendable {
    /// Query heads.
    public let heads: Int
    /// Key/value heads; head h reads key/value head h / (heads / keyValueHeads).
    public let keyValueHeads: Int
    /// The width of a head.
    public let dHead: Int
    /// What scores are multiplied by before the softmax.
    public let scale: Float
    /// Which rows are the queries of each sequence.
    public let queries: Packing
    /// Which rows are the keys and values of each sequence: as many as queries, or more with a KV cache. A
    /// sequence's last query sees its last key.
    public let keys: Packing
    /// Sliding window: a query sees only keys at a distance below it; nil for no window.
    public let window: Int?
    /// The mask of each sequence, over the positions of its keys; empty if all are causal.
    public let masks: [AttentionMask]
    /// Soft cap c of the scores: c·tanh(s / c); nil for none.
    public let cap: Float?

    /// Attention of `heads` heads over packed sequences.
    public init(
        heads: Int, keyValueHeads: Int, dHead: Int, scale: Float, queries: Packing, keys: Packing,
        window: Int? = nil, cap: Float? = nil, masks: [AttentionMask] = []
    ) {
        precondition(heads % keyValueHeads == 0, "\(heads) heads over \(keyValueHeads) key/value heads")
        precondition(
            queries.count == keys.count, "\(queries.count) sequences of queries, \(keys.count) of keys")
        for (q, k) in zip(queries.sequences, keys.sequences) {
            precondition(q.count <= k.count, "\(q.count) queries, \(k.count) keys")
        }
        precondition(
            masks.isEmpty
                || masks.count == keys.count && zip(masks, keys.sequences).allSatisfy { $0.fits($1.count) },
            "masks \(masks) for sequences of \(keys.sequences.map(\.count)) keys")
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.dHead = dHead
        self.scale = scale
        self.queries = queries
        self.keys = keys
        self.window = window
        self.cap = cap
        self.masks = masks
    }

    /// The mask of a sequence.
    func mask(_ sequence: Int) -> AttentionMask { masks.isEmpty ? .causal : masks[sequence] }
}

extension AttentionShape {
    /// Attention: z = softmax(scale · q·kᵀ)·v over the keys that the mask shows, for each head of each sequence.
    ///
    /// Scores exist for one block of queries and some keys at a time, as in FlashAttention, so memory grows
    /// linearly with the number of positions. The softmaxes over parts of the keys are combined by their
    /// log-sum-exps.
    ///
    /// - Parameters: q [query, heads, dHead]; k and v [key, keyValueHeads, dHead].
    /// - Returns: z [query, heads, dHead], and the log-sum-exp of each row of scores [heads, query].
    public func forward(_ q: [Float], _ k: [Float], _ v: [Float]) -> (z: [Float], lse: [Float]) {
        check(q, k, v)
        var lse: [Float] = []
        let z = unsafe [Float](count: q.count) { z in
            lse = unsafe [Float](count: heads * queries.rows) { lse in
                forEachGroup { unsafe forward($0, q, k, v, z: z, lse: lse) }
            }
        }
        return (z, lse)
    }

    private func forward(
        _ group: AttentionGroup, _ q: UnsafePointer<Float>, _ k: UnsafePointer<Float>,
        _ v: UnsafePointer<Float>, z: UnsafeMutablePointer<Float>, lse: UnsafeMutablePointer<Float>
    ) {
        let keys = unsafe group.side(k, transposed: true, factor: scale)
        let values = unsafe group.side(v)
        let scores = UnsafeMutablePointer<Float>.allocate(capacity: group.blockSize * group.reach)
        let other = UnsafeMutablePointer<Float>.allocate(capacity: group.blockSize * dHead)
        let sums = UnsafeMutablePointer<Float>.allocate(capacity: group.blockSize)
        defer {
            unsafe scores.deallocate()
            unsafe other.deallocate()
            unsafe sums.deallocate()
        }
        var strips = group.strips()
        let (stride, rows) = (heads * dHead, queries.rows)
        for block in group.blocks {
            let (m, parts) = (block.rows.count, block.parts)
            for head in group.heads {
                let own = block.rows.lowerBound * stride + head * dHead
                let lse = unsafe lse + head * rows + block.rows.lowerBound
                for part in parts {
                    unsafe keys.multiply(
                        q, at: own, stride: stride, rows: m, by: (0..<dHead, part), in: &strips,
                        into: scores, strideC: part.count)
                    unsafe turnIntoPattern(scores, block, part, sums)
                    guard part.lowerBound > block.keys.lowerBound else {
                        unsafe values.multiply(
                            scores, stride: part.count, rows: m, by: (part, 0..<dHead), in: &strips,
                            into: z, atC: own, strideC: stride)
                        unsafe lse.update(from: sums, count: m)
                        continue
                    }
                    unsafe values.multiply(
                        scores, stride: part.count, rows: m, by: (part, 0..<dHead), in: &strips,
                        into: other, strideC: dHead)
                    for row in 0..<m {
                        unsafe kernel_join_softmax(
                            z + own + row * stride, lse + row, other + row * dHead, sums[row], dHead)
                    }
                }
            }
        }
    }

    /// In place: scores → softmax of each row, over the keys of a part that its query sees. Writes each row's
    /// log-sum-exp to `sums` (−∞ where it sees none).
    private func turnIntoPattern(
        _ scores: UnsafeMutablePointer<Float>, _ block: AttentionBlock, _ part: Range<Int>,
        _ sums: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<block.rows.count {
            let seen = block.visible(row: row, of: part)
            let line = unsafe scores + row * part.count
            if let cap { unsafe kernel_soft_cap(line + seen.lowerBound, cap, seen.count) }
            unsafe clear(line, part.count, outside: seen)
            unsafe sums[row] =
                seen.isEmpty ? -.infinity : kernel_softmax(line + seen.lowerBound, seen.count)
        }
    }

    func clear(_ line: UnsafeMutablePointer<Float>, _ n: Int, outside seen: Range<Int>) {
        unsafe line.update(repeating: 0, count: seen.lowerBound)
        unsafe (line + seen.upperBound).update(repeating: 0, count: n - seen.upperBound)
    }

    func check(_ q: [Float], _ k: [Float], _ v: [Float]) {
        let (qCount, kCount) = (queries.rows * heads * dHead, keys.rows * keyValueHeads * dHead)
        precondition(
            q.count == qCount && k.count == kCount && v.count == kCount,
            "q, k, v hold \(q.count), \(k.count), \(v.count) numbers; expected \(qCount), \(kCount), \(kCount)"
        )
    }
}
