public import Kernels

extension Tensor {
    /// Attention over packed sequences, as one op that keeps no position × position numbers.
    ///
    ///     p  = softmax(scale · q·kᵀ) over the keys that the mask shows, each head and sequence by itself
    ///     z  = p·v                            [query, head, dHead]
    ///     dv = pᵀ·dz                          [key, keyValueHead, dHead]
    ///     ds = scale · p ⊙ (dz·vᵀ − Σ dz ⊙ z)
    ///     dq = ds·k        dk = dsᵀ·q
    ///
    /// Kept for the gradients: q, k, v, z and the log-sum-exp of each row of scores.
    ///
    /// - Source: Dao et al. 2022, algorithm 4, without tiles over keys.
    public static func attention(_ q: Tensor, _ k: Tensor, _ v: Tensor, _ shape: AttentionShape) -> Tensor {
        let (z, lse) = shape.forward(q.elements, k.elements, v.elements)
        let (Q, K, V) = (q.elements, k.elements, v.elements)
        return Tensor(z, shape: q.shape, from: [q, k, v]) { dz in
            let (dq, dk, dv) = shape.pullback(dz, q: Q, k: K, v: V, z: z, lse: lse)
            return [dq, dk, dv]
        }
    }
}
