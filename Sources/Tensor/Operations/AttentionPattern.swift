public import Kernels

// Attention of one sequence in two ops, with the attention matrix as a tensor between them, so that it can be
// observed or changed. Memory grows with the square of the number of positions.

extension Tensor {
    /// The attention matrix of one sequence.
    ///
    ///     a  = softmax(scale · q·kᵀ), masked  [head, query, key]
    ///     ds = scale · a ⊙ (da − Σ(a ⊙ da))
    ///     dq = ds·k        dk = dsᵀ·q
    public static func pattern(_ q: Tensor, _ k: Tensor, _ shape: AttentionShape) -> Tensor {
        let (Q, K) = (q.elements, k.elements)
        let (queries, keys) = (shape.queries.rows, shape.keys.rows)
        let a = shape.pattern(Q, K)
        return Tensor(a, shape: [shape.heads, queries, keys], from: [q, k]) { da in
            let (dq, dk) = shape.patternPullback(da, at: a, q: Q, k: K)
            return [dq, dk]
        }
    }

    /// The product of an attention matrix with the values.
    ///
    ///     z  = a·v                            [head, query, key] · [key, keyValueHead, dHead] → [query, head, dHead]
    ///     da = dz·vᵀ        dv = aᵀ·dz
    public static func reading(_ pattern: Tensor, _ v: Tensor, _ shape: AttentionShape) -> Tensor {
        let (A, V) = (pattern.elements, v.elements)
        return Tensor(
            shape.read(A, V), shape: [shape.queries.rows, shape.heads, shape.dHead], from: [pattern, v]
        ) { dz in
            let (da, dv) = shape.readPullback(dz, pattern: A, v: V)
            return [da, dv]
        }
    }
}
