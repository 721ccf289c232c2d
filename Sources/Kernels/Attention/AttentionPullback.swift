import CKernels

extension AttentionShape {
    /// The gradients of `forward`, from its inputs and outputs; scores are recomputed part by part, as in
    /// FlashAttention.
    ///
    ///     p = exp(scale·q·kᵀ − lse), soft-capped first where there is a cap
    ///     dv = pᵀ·dz
    ///     ds = scale · p ⊙ (dz·vᵀ − Σ dz ⊙ z)
    ///     dq = ds·k        dk = dsᵀ·q
    public func pullback(
        _ dz: [Float], q: [Float], k: [Float], v: [Float], z: [Float], lse: [Float]
    ) -> (dq: [Float], dk: [Float], dv: [Float]) {
        check(q, k, v)
        // Blocks share keys and values, so the groups of each turn add to sums of their own.
        var (dk, dv) = ([Float](), [Float]())
        let dq = unsafe [Float](count: q.count) { dq in
            dk = unsafe [Float](count: turns * k.count) { dk in
                dv = unsafe [Float](count: turns * v.count) { dv in
                    unsafe dk.initialize(repeating: 0, count: turns * k.count)
                    unsafe dv.initialize(repeating: 0, count: turns * v.count)
                    forEachGroup { group in
                        unsafe pullback(
                            of: group, dz, q, k, v, z, lse, dq: dq,
                            dk: dk + group.turn * k.count + group.start,
                            dv: dv + group.turn * v.count + group.start)
                    }
                }
            }
        }
        return (dq, total(dk, parts: turns), total(dv, parts: turns))
    }

    private func pullback(
        of group: AttentionGroup, _ dz: UnsafePointer<Float>, _ q: UnsafePointer<Float>,
        _ k: UnsafePointer<Float>, _ v: UnsafePointer<Float>, _ z: UnsafePointer<Float>,
        _ lse: UnsafePointer<Float>, dq: UnsafeMutablePointer<Float>,
        dk: UnsafeMutablePointer<Float>, dv: UnsafeMutablePointer<Float>
    ) {
        let transposedKeys = unsafe group.side(k, transposed: true, factor: scale)
        let transposedValues = unsafe group.side(v, transposed: true)
        let keys = unsafe group.side(k)
        let scratch = UnsafeMutablePointer<Float>.allocate(capacity: 2 * group.blockSize * group.reach)
        defer { unsafe scratch.deallocate() }
        var strips = group.strips()
        let stride = heads * dHead
        for block in group.blocks {
            let (m, parts) = (block.rows.count, block.parts)
            for head in group.heads {
                let own = block.rows.lowerBound * stride + head * dHead
                let queries = unsafe RightSide(
                    q, at: own, stride: stride, (m, dHead), left: block.keys.count, group.arithmetic)
                let slopes = unsafe RightSide(
                    dz, at: own, stride: stride, (m, dHead), left: block.keys.count, group.arithmetic)
                for part in parts {
                    let n = part.count
                    let (p, ds) = unsafe (scratch, scratch + m * n)
                    unsafe transposedKeys.multiply(
                        q, at: own, stride: stride, rows: m, by: (0..<dHead, part), in: &strips, into: p,
                        strideC: n)
                    unsafe transposedValues.multiply(
                        dz, at: own, stride: stride, rows: m, by: (0..<dHead, part), in: &strips, into: ds,
                        strideC: n)
                    unsafe turnIntoSlopes(p, ds, head, block, part, dz, z, lse)
                    unsafe keys.multiply(
                        ds, stride: n, rows: m, by: (part, 0..<dHead), in: &strips, into: dq, atC: own,
                        strideC: stride, keeping: part.lowerBound > block.keys.lowerBound)
                    let place = part.lowerBound * group.stride
                    unsafe queries.multiply(
                        ds, stride: n, transposed: true, rows: n, by: (0..<m, 0..<dHead), in: &strips,
                        into: dk, atC: place, strideC: group.stride, keeping: true)
                    unsafe slopes.multiply(
                        p, stride: n, transposed: true, rows: n, by: (0..<m, 0..<dHead), in: &strips,
                        into: dv, atC: place, strideC: group.stride, keeping: true)
                }
            }
        }
    }

    /// In place: p: scores → softmax; ds: ∂F/∂p → ∂F/∂scores = scale · p ⊙ (∂F/∂p − Σ p·∂F/∂p), where the sum
    /// equals Σ dz ⊙ z.
    private func turnIntoSlopes(
        _ p: UnsafeMutablePointer<Float>, _ ds: UnsafeMutablePointer<Float>, _ head: Int,
        _ block: AttentionBlock, _ part: Range<Int>, _ dz: UnsafePointer<Float>, _ z: UnsafePointer<Float>,
        _ lse: UnsafePointer<Float>
    ) {
        let (n, sums) = unsafe (part.count, lse + head * queries.rows + block.rows.lowerBound)
        for row in 0..<block.rows.count {
            let place = block.rows.lowerBound + row
            let own = (place * heads + head) * dHead
            let seen = block.visible(row: row, of: part)
            let (line, slope) = unsafe (p + row * n + seen.lowerBound, ds + row * n + seen.lowerBound)
            let along = unsafe kernel_dot(dz + own, z + own, dHead)
            if let cap {
                unsafe kernel_capped_softmax_pullback(slope, line, along, scale, sums[row], cap, seen.count)
            } else {
                unsafe kernel_softmax_again(line, sums[row], seen.count)
                unsafe kernel_softmax_pullback(slope, line, along, scale, seen.count)
            }
            unsafe clear(p + row * n, n, outside: seen)
            unsafe clear(ds + row * n, n, outside: seen)
        }
    }

    /// The sum of `parts` arrays that are concatenated in `sums`.
    private func total(_ sums: [Float], parts: Int) -> [Float] {
        guard parts > 1 else { return sums }
        let size = sums.count / parts
        return (1..<parts).reduce(into: Array(sums[..<size])) {
            accumulate(Array(sums[$1 * size..<($1 + 1) * size]), into: &$0)
        }
    }
}
