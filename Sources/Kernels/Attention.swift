import CKernels

/// What attention needs to know beside its numbers.
public struct AttentionShape: Sendable {
    /// Query heads.
    public let heads: Int
    /// Key/value heads; head h reads key/value head h / (heads / keyValueHeads).
    public let keyValueHeads: Int
    /// The width of a head.
    public let dHead: Int
    /// What scores are multiplied by before the softmax.
    public let scale: Float
    /// The rows of queries of each sequence.
    public let queries: Packing
    /// The rows of keys and values of each sequence: as many as queries, or more when earlier ones are kept. A
    /// sequence's last query sees its last key.
    public let keys: Packing
    /// How many keys a query sees at most, its own the last; nil for all earlier ones.
    public let window: Int?
    /// Whether a query sees its own key and earlier ones only; otherwise it sees the whole sequence.
    public let isCausal: Bool
    /// What scores are bent to stay below: c·tanh(s / c); nil for scores as they are.
    public let cap: Float?

    /// Attention of `heads` over sequences.
    public init(
        heads: Int, keyValueHeads: Int, dHead: Int, scale: Float, queries: Packing, keys: Packing,
        window: Int? = nil,
        cap: Float? = nil, isCausal: Bool = true
    ) {
        precondition(heads % keyValueHeads == 0, "\(heads) heads over \(keyValueHeads) key/value heads")
        precondition(
            queries.count == keys.count, "\(queries.count) sequences of queries, \(keys.count) of keys")
        for (q, k) in zip(queries.sequences, keys.sequences) {
            precondition(q.count <= k.count, "\(q.count) queries, \(k.count) keys")
        }
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.dHead = dHead
        self.scale = scale
        self.queries = queries
        self.keys = keys
        self.window = window
        self.cap = cap
        self.isCausal = isCausal
        precondition(isCausal || window == nil, "a window looks back; without order there is none")
    }
}

extension AttentionShape {
    private var scratchSize: Int { AttentionBlock.size * (keys.sequences.map(\.count).max() ?? 0) }

    /// Causal attention: z = softmax(scale · q·kᵀ)·v for each head of each sequence.
    ///
    /// Scores exist for one block of queries at a time, so memory grows with positions and not with their square.
    ///
    /// - Parameters: q [query, heads, dHead]; k and v [key, keyValueHeads, dHead].
    /// - Returns: z [query, heads, dHead], and the log-sum-exp of each row of scores [heads, query].
    public func forward(_ q: [Float], _ k: [Float], _ v: [Float]) -> (z: [Float], lse: [Float]) {
        check(q, k, v)
        let blocks = AttentionBlock.all(in: self)
        var lse: [Float] = []
        let z = unsafe [Float](count: q.count) { z in
            lse = unsafe [Float](count: heads * queries.rows) { lse in
                unsafe forEachHead(of: blocks, parts(of: blocks), scratch: scratchSize) {
                    _, head, block, scores in
                    unsafe forward(head, block, q, k, v, z: z, lse: lse, scores: scores)
                }
            }
        }
        return (z, lse)
    }

    /// Calls `body` with every head of every block, in turns on some threads, each with scratch of its own.
    private func forEachHead(
        of blocks: [AttentionBlock], _ parts: Int, scratch size: Int,
        _ body: (_ part: Int, _ head: Int, AttentionBlock, UnsafeMutablePointer<Float>) -> Void
    ) {
        inParallel(parts) { part in
            let scratch = UnsafeMutablePointer<Float>.allocate(capacity: max(1, size))
            defer { unsafe scratch.deallocate() }
            for unit in stride(from: part, to: blocks.count * heads, by: parts) {
                unsafe body(part, unit % heads, blocks[unit / heads], scratch)
            }
        }
    }

    private func parts(of blocks: [AttentionBlock]) -> Int {
        max(1, min(Products.threads, blocks.count * heads))
    }

    private func forward(
        _ head: Int, _ block: AttentionBlock, _ q: UnsafePointer<Float>, _ k: UnsafePointer<Float>,
        _ v: UnsafePointer<Float>, z: UnsafeMutablePointer<Float>,
        lse: UnsafeMutablePointer<Float>,
        scores: UnsafeMutablePointer<Float>
    ) {
        let (own, shared, qStride, kStride) = place(of: head, block)
        let (m, n) = (block.rows.count, block.keys.count)
        unsafe multiply(
            q, at: own, stride: qStride, by: k, atB: shared, strideB: kStride, transposedB: true,
            into: scores, strideC: n, (m, n, dHead), factor: scale)
        for row in 0..<m {
            let (line, seen) = unsafe (scores + row * n, block.visible(row: row))
            if let cap { unsafe kernel_soft_cap(line + seen.lowerBound, cap, seen.count) }
            unsafe lse[head * queries.rows + block.rows.lowerBound + row] =
                kernel_softmax(line + seen.lowerBound, seen.count)
            unsafe clear(line, n, outside: seen)
        }
        unsafe multiply(
            scores, stride: n, by: v, atB: shared, strideB: kStride, into: z, atC: own, strideC: qStride,
            (m, dHead, n))
    }

    /// Where a head's numbers of a block start in [row, heads, dHead] and [row, keyValueHeads, dHead], and how far
    /// rows lie apart.
    private func place(of head: Int, _ block: AttentionBlock) -> (
        own: Int, shared: Int, qStride: Int, kStride: Int
    ) {
        let (qStride, kStride) = (heads * dHead, keyValueHeads * dHead)
        return (
            block.rows.lowerBound * qStride + head * dHead,
            block.keys.lowerBound * kStride + head / (heads / keyValueHeads) * dHead, qStride, kStride
        )
    }

    /// The gradients of `forward`, from its inputs and outputs; scores are computed again, block by block.
    ///
    ///     p  = exp(scale·q·kᵀ − lse), bent first where there is a cap
    ///     dv = pᵀ·dz
    ///     ds = scale · p ⊙ (dz·vᵀ − Σ dz ⊙ z)
    ///     dq = ds·k        dk = dsᵀ·q
    public func pullback(
        _ dz: [Float], q: [Float], k: [Float], v: [Float], z: [Float], lse: [Float]
    ) -> (dq: [Float], dk: [Float], dv: [Float]) {
        check(q, k, v)
        // Heads share keys and values, so each thread has sums of its own.
        let blocks = AttentionBlock.all(in: self)
        let parts = parts(of: blocks)
        var (dk, dv) = ([Float](), [Float]())
        let dq = unsafe [Float](count: q.count) { dq in
            dk = unsafe [Float](count: parts * k.count) { dk in
                dv = unsafe [Float](count: parts * v.count) { dv in
                    unsafe dk.initialize(repeating: 0, count: parts * k.count)
                    unsafe dv.initialize(repeating: 0, count: parts * v.count)
                    unsafe forEachHead(of: blocks, parts, scratch: 2 * scratchSize) {
                        part, head, block, scratch in
                        unsafe pullback(
                            of: head, in: block, dz, q, k, v, z, lse, dq: dq, dk: dk + part * k.count,
                            dv: dv + part * v.count, scratch: scratch)
                    }
                }
            }
        }
        return (dq, total(dk, parts: parts), total(dv, parts: parts))
    }

    /// The sum of so many parts that lie one after the other.
    private func total(_ sums: [Float], parts: Int) -> [Float] {
        guard parts > 1 else { return sums }
        let size = sums.count / parts
        return (1..<parts).reduce(into: Array(sums[..<size])) {
            accumulate(Array(sums[$1 * size..<($1 + 1) * size]), into: &$0)
        }
    }

    private func pullback(
        of head: Int, in block: AttentionBlock, _ dz: UnsafePointer<Float>, _ q: UnsafePointer<Float>,
        _ k: UnsafePointer<Float>, _ v: UnsafePointer<Float>, _ z: UnsafePointer<Float>,
        _ lse: UnsafePointer<Float>,
        dq: UnsafeMutablePointer<Float>, dk: UnsafeMutablePointer<Float>, dv: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let (own, shared, qStride, kStride) = place(of: head, block)
        let (m, n) = (block.rows.count, block.keys.count)
        let (p, ds) = unsafe (scratch, scratch + scratchSize)
        unsafe multiply(
            q, at: own, stride: qStride, by: k, atB: shared, strideB: kStride, transposedB: true,
            into: p, strideC: n, (m, n, dHead), factor: scale)
        unsafe multiply(
            dz, at: own, stride: qStride, by: v, atB: shared, strideB: kStride, transposedB: true,
            into: ds, strideC: n, (m, n, dHead))
        for row in 0..<m {
            let seen = block.visible(row: row)
            let (line, slope) = unsafe (p + row * n + seen.lowerBound, ds + row * n + seen.lowerBound)
            let along = unsafe kernel_dot(dz + own + row * qStride, z + own + row * qStride, dHead)
            let sum = unsafe lse[head * queries.rows + block.rows.lowerBound + row]
            if let cap {
                unsafe kernel_capped_softmax_pullback(slope, line, along, scale, sum, cap, seen.count)
            } else {
                unsafe kernel_softmax_again(line, sum, seen.count)
                unsafe kernel_softmax_pullback(slope, line, along, scale, seen.count)
            }
            unsafe clear(p + row * n, n, outside: seen)
            unsafe clear(ds + row * n, n, outside: seen)
        }
        unsafe multiply(
            ds, stride: n, by: k, atB: shared, strideB: kStride, into: dq, atC: own, strideC: qStride,
            (m, dHead, n))
        unsafe multiply(
            ds, stride: n, transposed: true, by: q, atB: own, strideB: qStride,
            into: dk, atC: shared, strideC: kStride, (n, dHead, m), keeping: 1)
        unsafe multiply(
            p, stride: n, transposed: true, by: dz, atB: own, strideB: qStride,
            into: dv, atC: shared, strideC: kStride, (n, dHead, m), keeping: 1)
    }

    private func clear(_ line: UnsafeMutablePointer<Float>, _ n: Int, outside seen: Range<Int>) {
        unsafe line.update(repeating: 0, count: seen.lowerBound)
        unsafe (line + seen.upperBound).update(repeating: 0, count: n - seen.upperBound)
    }

    private func check(_ q: [Float], _ k: [Float], _ v: [Float]) {
        let (qCount, kCount) = (queries.rows * heads * dHead, keys.rows * keyValueHeads * dHead)
        precondition(
            q.count == qCount && k.count == kCount && v.count == kCount,
            "q, k, v hold \(q.count), \(k.count), \(v.count) numbers; expected \(qCount), \(kCount), \(kCount)"
        )
    }
}
