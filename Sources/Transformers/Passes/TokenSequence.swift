/// The tokens of an example, and which of them are supervised (have a loss).
public struct TokenSequence: Sendable, Hashable {
    /// The tokens: [position].
    public let ids: [Int32]
    /// Whether each token is supervised. A mark on the first does not count: nothing predicts it.
    public let supervised: [Bool]

    /// A sequence with its supervised marks.
    public init(ids: [Int32], supervised: [Bool]) {
        precondition(ids.count == supervised.count, "\(supervised.count) marks for \(ids.count) tokens")
        self.ids = ids
        self.supervised = supervised
    }

    /// The number of supervised tokens.
    public var targetCount: Int { supervised.dropFirst().count(where: { $0 }) }
}
