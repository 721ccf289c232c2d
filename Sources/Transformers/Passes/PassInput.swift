import Kernels
public import Tensor

/// What enters a pass: the new rows of its sequences, and what they attend to.
struct PassInput: Sendable {
    let ids: [Int32]  // [row]
    let positions: [Int32]  // of each row in its sequence
    let packing: Packing
    var keys: KeyRows?  // what rows attend to, if not only their own sequence
    var masks: [AttentionMask] = []
    var vectors: InputVectors?  // in place of tokens, by row
    var dropout: [UInt64]?
}

extension PassInput {
    init(_ batch: Batch) {
        self.init(
            ids: batch.ids, positions: batch.positions, packing: batch.packing, masks: batch.masks,
            vectors: batch.vectors, dropout: batch.rowSeeds)
    }
}

extension Decoder {
    /// The residual stream that enters the first layer: [row, dModel].
    func entering(_ input: PassInput) -> Tensor {
        var x = input.vectors.map { embedded(input.ids, replacing: $0) } ?? embedded(input.ids)
        if let positions {
            x = x + Tensor.embedding(positions, input.positions.map { $0 + Int32(positionOffset) })
        }
        return x
    }

    /// The embeddings of tokens, with the family's factor: [token, dModel].
    public func embedded(_ ids: [Int32]) -> Tensor {
        let x = Tensor.embedding(embedding, ids)
        return embeddingScale == 1 ? x : x.scaled(by: embeddingScale)
    }

    /// The same with vectors in place of some tokens, which are not looked at.
    private func embedded(_ ids: [Int32], replacing vectors: InputVectors) -> Tensor {
        precondition(
            vectors.vectors.shape.matrix.columns == dModel,
            "vectors \(vectors.vectors.shape) for a stream of \(dModel)")
        var isVector = [Bool](repeating: false, count: ids.count)
        for position in vectors.positions { isVector[position] = true }
        let tokens = ids.indices.filter { !isVector[$0] }
        guard !tokens.isEmpty else { return vectors.vectors }
        var order = [Int](repeating: 0, count: ids.count)
        for (row, position) in (tokens + vectors.positions).enumerated() { order[position] = row }
        return Tensor.stacked([embedded(tokens.map { ids[$0] }), vectors.vectors]).rows(order)
    }
}
