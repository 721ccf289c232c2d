public import Tensor

/// A LoRA pair: a change s·B·A of a projection's weight, kept separate from the weight.
///
/// - Source: Hu et al. 2021, section 4.1.
public struct LowRank: Sendable, Weighted {
    /// A: [rank, in].
    public var a: Weight
    /// B: [out, rank].
    public var b: Weight
    /// The scale s: alpha / rank, or alpha / √rank with rsLoRA.
    public let scale: Float
    /// The dropout probability of A's input, in a batch with dropout seeds.
    public let dropout: Float
    /// Makes this pair's dropout mask differ from those of other pairs.
    let salt: UInt64

    /// A LoRA pair for the projection at `path`.
    public init(a: Tensor, b: Tensor, scale: Float, dropout: Float = 0, path: String) {
        precondition(
            a.shape.matrix.rows == b.shape.matrix.columns, "ranks of \(a.shape) and \(b.shape) differ")
        (self.a, self.b, self.scale, self.dropout) = (.tensor(a), .tensor(b), scale, dropout)
        salt = path.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }  // FNV-1a
    }

    /// The rank.
    public var rank: Int { a.shape.matrix.rows }

    /// The projection of x by a frozen weight with this change: [position, in] → [position, out].
    func applied(to x: Tensor, with weight: Weight, isTransposed: Bool, dropout seeds: [UInt64]?) -> Tensor {
        let dropped = seeds.flatMap { dropout > 0 ? x.dropped(dropout, rowSeeds: $0, salt: salt) : nil }
        return x.linear(
            weight, isTransposed: isTransposed, plus: a.tensor, b.tensor, scale: scale, dropped: dropped)
    }

    /// `lora_A.weight`, then `lora_B.weight`.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visit("lora_A.weight", &a)
        try visit("lora_B.weight", &b)
    }
}
