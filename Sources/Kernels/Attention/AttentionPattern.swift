// Attention of one sequence in two steps, pattern = softmax(scores) and pattern·v, for callers that need the
// pattern. The whole [head, query, key] matrix is formed.

extension AttentionShape {
    private var shared: Int { heads / keyValueHeads }

    /// One head of [row, heads, dHead], copied to [row, dHead].
    private func slice(_ x: [Float], head: Int, of heads: Int) -> Matrix {
        let rows = x.count / (heads * dHead)
        let own = (0..<rows).map { $0 * heads + head }
        return Matrix(gatherRows(x, rowLength: dHead, rows: own), rows, dHead)
    }

    /// Adds a head's [row, dHead] to its place in [row, heads, dHead].
    private func add(_ part: [Float], to x: inout [Float], head: Int, of heads: Int) {
        for row in 0..<part.count / dHead {
            for i in 0..<dHead { x[(row * heads + head) * dHead + i] += part[row * dHead + i] }
        }
    }

    private func matrix(_ pattern: [Float], head: Int) -> Matrix {
        let size = queries.rows * keys.rows
        return Matrix(Array(pattern[head * size..<(head + 1) * size]), queries.rows, keys.rows)
    }

    /// softmax(scale · q·kᵀ) over the keys that the mask shows: [head, query, key].
    public func pattern(_ q: [Float], _ k: [Float]) -> [Float] {
        precondition(queries.count == 1, "a pattern of \(queries.count) sequences")
        let (m, n) = (queries.rows, keys.rows)
        var a: [Float] = []
        for head in 0..<heads {
            let keys = slice(k, head: head / shared, of: keyValueHeads)
            let scores = scaled(product(slice(q, head: head, of: heads), keys.transposed), by: scale)
            for row in 0..<m {
                let seen = mask(0).visible(from: n - m + row, of: n, window: window)
                let line = Array(scores[row * n + seen.lowerBound..<row * n + seen.upperBound])
                a += [Float](repeating: 0, count: seen.lowerBound)
                a += softmax(cap.map { softCapped(line, by: $0) } ?? line, rowLength: seen.count)
                a += [Float](repeating: 0, count: n - seen.upperBound)
            }
        }
        return a
    }

    /// The gradients of `pattern` at q and k.
    public func patternPullback(
        _ da: [Float], at a: [Float], q: [Float], k: [Float]
    ) -> (dq: [Float], dk: [Float]) {
        var (dq, dk) = ([Float](repeating: 0, count: q.count), [Float](repeating: 0, count: k.count))
        let slopes = scaled(softmaxPullback(da, at: a, rowLength: keys.rows), by: scale)
        for head in 0..<heads {
            let keysOfHead = slice(k, head: head / shared, of: keyValueHeads)
            var slope = matrix(slopes, head: head)
            if let cap {
                let scores = scaled(
                    product(slice(q, head: head, of: heads), keysOfHead.transposed), by: scale)
                let bent = softCapPullback(slope.elements, at: softCapped(scores, by: cap), cap: cap)
                slope = Matrix(bent, queries.rows, keys.rows)
            }
            add(product(slope, keysOfHead), to: &dq, head: head, of: heads)
            add(
                product(slope.transposed, slice(q, head: head, of: heads)),
                to: &dk, head: head / shared, of: keyValueHeads)
        }
        return (dq, dk)
    }

    /// a·v: [query, head, dHead].
    public func read(_ a: [Float], _ v: [Float]) -> [Float] {
        var z = [Float](repeating: 0, count: queries.rows * heads * dHead)
        for head in 0..<heads {
            let values = slice(v, head: head / shared, of: keyValueHeads)
            add(product(matrix(a, head: head), values), to: &z, head: head, of: heads)
        }
        return z
    }

    /// The gradients of `read` at the pattern and at v.
    public func readPullback(_ dz: [Float], pattern a: [Float], v: [Float]) -> (da: [Float], dv: [Float]) {
        var dv = [Float](repeating: 0, count: v.count)
        var da: [Float] = []
        da.reserveCapacity(a.count)
        for head in 0..<heads {
            let slope = slice(dz, head: head, of: heads)
            da += product(slope, slice(v, head: head / shared, of: keyValueHeads).transposed)
            add(
                product(matrix(a, head: head).transposed, slope), to: &dv, head: head / shared,
                of: keyValueHeads)
        }
        return (da, dv)
    }
}
