/// What a model wrote after a prompt, and how likely it finds that.
public struct Continuation: Sendable, Equatable {
    /// The new tokens, the end token not included: [token].
    public let ids: [Int32]
    /// The end token that came after them; nil where the limit, or the model's context, ended the sequence.
    public let end: Int32?
    /// log p of each token given all before it, in nats, of the end token too: [token], or one more. The model's own
    /// probabilities: temperature 1, no token left out.
    public let logProbabilities: [Float]

    /// log p of all of it, the end token included, in nats.
    public var logProbability: Double { logProbabilities.reduce(0) { $0 + Double($1) } }

    init(_ tokens: [Int32], _ logProbabilities: [Float], ends: Set<Int32>) {
        let end = tokens.last.flatMap { ends.contains($0) ? $0 : nil }
        self.end = end
        ids = end == nil ? tokens : tokens.dropLast()
        self.logProbabilities = logProbabilities
    }
}
