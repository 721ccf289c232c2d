public import Tensor

/// A change of a projection's weight by the product of two thin matrices, kept apart from the weight: LoRA.
///
/// - Source: Hu et al. 2021, section 4.1.
public struct LowRank: Sendable, Weighted {
    /// From the input to a few numbers: [rank, in].
    public var a: Weight
    /// From the few to the output: [out, rank].
    public var b: Weight
    /// What the change is multiplied by: alpha / rank, or alpha / √rank where ranks are stabilized.
    public let scale: Float
    /// The probability that an input of `a` is dropped, in a batch that has seeds for it.
    public let dropout: Float
    /// Sets this pair's dropped numbers apart from those of other pairs.
    let salt: UInt64

    /// A pair for the projection at `path`.
    public init(a: Tensor, b: Tensor, scale: Float, dropout: Float = 0, path: String) {
        precondition(
            a.shape.matrix.rows == b.shape.matrix.columns, "ranks of \(a.shape) and \(b.shape) differ")
        (self.a, self.b, self.scale, self.dropout) = (.tensor(a), .tensor(b), scale, dropout)
        salt = path.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }  // FNV-1a
    }

    /// The number of rows of `a`.
    public var rank: Int { a.shape.matrix.rows }

    /// x through a frozen weight and this change of it: [position, in] → [position, out].
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
