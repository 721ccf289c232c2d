public import Tensor

/// Vectors that enter the model in place of token embeddings at some positions, as transformers' `inputs_embeds`
/// does: a soft prompt, what an adapter made of speech, noisy embeddings.
///
/// A vector replaces what the embedding gives, its factor included (Gemma's √dModel): it is not multiplied by that
/// factor. Learned position embeddings (GPT-2, OPT) are added to it, and rotary embedding turns its keys and queries,
/// as with any other position. Gradients flow to tracked vectors.
public struct InputVectors: Sendable {
    /// The position of each vector, ascending: [vector]. Tokens at these positions are not looked at.
    public let positions: [Int]
    /// The vectors: [vector, dModel].
    public let vectors: Tensor

    /// A vector for each of these positions: [vector, dModel].
    public init(_ vectors: Tensor, at positions: [Int]) {
        precondition(
            vectors.shape.matrix.rows == positions.count && !positions.isEmpty,
            "vectors \(vectors.shape) for \(positions.count) positions")
        precondition(
            positions[0] >= 0 && zip(positions, positions.dropFirst()).allSatisfy(<),
            "positions \(positions) that do not ascend")
        (self.vectors, self.positions) = (vectors, positions)
    }

    /// Vectors at the first positions: [vector, dModel].
    public init(prefix vectors: Tensor) { self.init(vectors, at: Array(0..<vectors.shape.matrix.rows)) }

    /// Those of several sequences as one, by their rows; nil if there are none.
    ///
    /// - Parameter starts: The row of each sequence's first position.
    static func packed(_ parts: [InputVectors?], starts: some Sequence<Int>) -> InputVectors? {
        let there = zip(parts, starts).compactMap { part, start in part.map { ($0, start) } }
        guard let first = there.first?.0 else { return nil }
        let positions = there.flatMap { part, start in part.positions.map { start + $0 } }
        return InputVectors(
            there.count == 1 ? first.vectors : .stacked(there.map(\.0.vectors)), at: positions)
    }
}

extension TokenSequence {
    /// The same tokens after `count` positions whose input is given as vectors; these are not supervised.
    public func preceded(by count: Int) -> TokenSequence {
        TokenSequence(
            ids: [Int32](repeating: 0, count: count) + ids,
            supervised: [Bool](repeating: false, count: count) + supervised)
    }
}
