/// An example with what objectives and baselines need: its tokens, its counterfactual, and its other answer.
public struct Probe: Sendable {
    /// The tokens and which of them are supervised.
    public let sequence: TokenSequence
    /// The tokens of the counterfactual prompt and the same answer: as many as the example has, and aligned
    /// with them.
    public let counterfactual: [Int32]?
    /// The position where the other answer first differs from the example's own, with both tokens.
    public let fork: Fork?
    /// Whether the last supervised token is the end-of-sequence token.
    public let endsInMark: Bool

    /// The position where two answers first differ.
    public struct Fork: Sendable, Equatable {
        /// The position that predicts the first token in which they differ.
        public let position: Int
        /// That token in the example's own answer.
        public let own: Int32
        /// That token in the other answer.
        public let other: Int32

        /// Two possible next tokens at a position.
        public init(position: Int, own: Int32, other: Int32) {
            (self.position, self.own, self.other) = (position, own, other)
        }
    }

    /// An example; the counterfactual must have as many tokens.
    public init(
        _ sequence: TokenSequence, counterfactual: [Int32]? = nil, fork: Fork? = nil, endsInMark: Bool = false
    ) {
        precondition(
            (counterfactual ?? sequence.ids).count == sequence.ids.count, "a counterfactual of another length"
        )
        self.sequence = sequence
        self.counterfactual = counterfactual
        self.fork = fork
        self.endsInMark = endsInMark
    }
}
