import Kernels
public import Tensor

/// A projection of attention.
public enum AttentionProjection: String, CaseIterable, Sendable {
    /// Queries, a part for each head.
    case query = "q"
    /// Keys, a part for each key/value head.
    case key = "k"
    /// Values, a part for each key/value head.
    case value = "v"
    /// The output projection, a part for each head.
    case output = "o"

    /// Whether its heads are key/value heads, which several query heads may share.
    public var isShared: Bool { self == .key || self == .value }
}

/// The change ΔW = s·B·A of an attention projection by a LoRA adapter, split by head.
public struct AttentionChange: Sendable {
    /// The projection.
    public let projection: AttentionProjection
    /// The LoRA pair.
    public let pair: LowRank
    /// For each head its rows of B, or its columns of A for the output projection: [head].
    public let parts: [Range<Int>]

    /// The change of the projection for each head from what the projection reads, [position, in]:
    /// [position, head, width], or for the output projection what A makes of each head's z, [position, head, rank],
    /// which ``finished(_:)`` carries on.
    ///
    /// Nothing here requires gradients.
    public func byHead(_ x: Tensor) -> Tensor {
        let x = Tensor(x.elements, shape: x.shape)
        let (a, b) = (pair.a.tensor, pair.b.tensor)
        guard projection == .output else {
            let rows = Tensor(b.elements, shape: b.shape).rows(parts.flatMap(\.self))
            let change = x.linear(.tensor(Tensor(a.elements, shape: a.shape))).linear(.tensor(rows))
                .scaled(by: pair.scale)
            return change.reshaped([x.shape.matrix.rows, parts.count, parts[0].count])
        }
        let (positions, heads, rank) = (x.shape.matrix.rows, parts.count, pair.rank)
        var narrow = [Float](repeating: 0, count: positions * heads * rank)
        for (head, columns) in parts.enumerated() {
            let own = Tensor(a.elements, shape: a.shape).columns([columns])
            let y = x.columns([columns]).linear(.tensor(own)).elements
            for position in 0..<positions {
                let place = (position * heads + head) * rank
                for index in 0..<rank { narrow[place + index] = y[position * rank + index] }
            }
        }
        return Tensor(narrow, shape: [positions, heads, rank])
    }

    /// The change of the projection's output, from the change by head: [position, out].
    public func finished(_ byHead: Tensor) -> Tensor {
        let (positions, heads, width) = byHead.shape.heads
        guard projection == .output else { return byHead.reshaped([positions, heads * width]) }
        let b = Matrix(pair.b.tensor.elements, pair.b.shape.matrix.rows, pair.rank)
        var wide: [Float] = []
        wide.reserveCapacity(b.rows * heads * width)
        for row in 0..<b.rows {
            for _ in 0..<heads { wide += pair.b.tensor.elements[row * width..<(row + 1) * width] }
        }
        return byHead.reshaped([positions, heads * width])
            .linear(.tensor(Tensor(wide, shape: [b.rows, heads * width]))).scaled(by: pair.scale)
    }
}

extension SelfAttention {
    /// The change of a projection by its adapter; nil without adapter.
    ///
    /// The pair of a fused query, key and value projection changes all three, each by its own rows of B.
    public func change(of projection: AttentionProjection) -> AttentionChange? {
        func made(_ source: Projection, _ parts: [Range<Int>]) -> AttentionChange? {
            source.adapter.map { AttentionChange(projection: projection, pair: $0, parts: parts) }
        }
        func runs(_ count: Int, from start: Int = 0) -> [Range<Int>] {
            (0..<count).map { start + $0 * dHead..<start + ($0 + 1) * dHead }
        }
        if projection == .output { return made(output, runs(heads)) }
        switch (entry, projection) {
        case (.separate(let query, _, _), .query): return made(query, runs(heads))
        case (.separate(_, let key, _), .key): return made(key, runs(keyValueHeads))
        case (.separate(_, _, let value), _): return made(value, runs(keyValueHeads))
        case (.fused(let all), .query): return made(all, runs(heads))
        case (.fused(let all), .key): return made(all, runs(keyValueHeads, from: heads * dHead))
        case (.fused(let all), _):
            return made(all, runs(keyValueHeads, from: (heads + keyValueHeads) * dHead))
        case (.interleaved(let all), _):
            let index = projection == .query ? 0 : projection == .key ? 1 : 2
            return made(all, (0..<heads).map { (3 * $0 + index) * dHead..<(3 * $0 + index + 1) * dHead })
        }
    }
}
