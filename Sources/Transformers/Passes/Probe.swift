/// An example with what objectives and baselines ask of it beside its tokens.
public struct Probe: Sendable {
    /// The tokens and their marks.
    public let sequence: TokenSequence
    /// The tokens of a prompt that differs and the same answer, as many as the example has and aligned with them.
    public let counterfactual: [Int32]?
    /// Where another answer parts from the example's own, and the tokens that follow there.
    public let fork: Fork?
    /// Whether the last supervised token only ends the answer.
    public let endsInMark: Bool

    /// Where two answers part.
    public struct Fork: Sendable, Equatable {
        /// The position that foretells the first token in which they differ.
        public let position: Int
        /// That token in the example's own answer.
        public let own: Int32
        /// That token in the other.
        public let other: Int32

        /// Two tokens that may follow a position.
        public init(position: Int, own: Int32, other: Int32) {
            (self.position, self.own, self.other) = (position, own, other)
        }
    }

    /// An example; a counterfactual has as many tokens.
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
