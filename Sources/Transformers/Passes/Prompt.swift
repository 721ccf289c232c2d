public import Kernels

/// What a sequence begins with before it is continued: tokens, some of them replaced by vectors.
public struct Prompt: Sendable {
    /// The tokens; at least one.
    public let ids: [Int32]
    /// Vectors in place of some of them.
    public let vectors: InputVectors?
    /// The attention mask. What follows the prompt is causal: `full` means that the prompt sees all of itself.
    public let mask: AttentionMask

    /// A prompt of tokens, with vectors at some of its positions.
    public init(_ ids: [Int32], vectors: InputVectors? = nil, mask: AttentionMask = .causal) {
        precondition(!ids.isEmpty, "nothing to continue")
        let last = vectors?.positions.last ?? -1
        precondition(last < ids.count, "a vector at \(last) of \(ids.count) positions")
        (self.ids, self.vectors) = (ids, vectors)
        self.mask = mask == .full ? .bidirectional(0..<ids.count) : mask
    }
}
