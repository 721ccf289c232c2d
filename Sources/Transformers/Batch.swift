public import Kernels

/// Sequences of tokens that lie end to end, and which of their tokens a loss is taken on.
public struct Batch: Sendable {
    /// The tokens of all sequences: [position].
    public let ids: [Int32]
    /// Which positions belong to which sequence.
    public let packing: Packing
    /// The position of each token in its own sequence: [position].
    public let positions: [Int32]
    /// The positions from which a supervised token is predicted, ascending: [target].
    public let predicting: [Int]
    /// The supervised tokens, in the same order: [target].
    public let targets: [Int32]
    /// Which targets belong to which sequence.
    public let targetPacking: Packing

    /// Packs sequences.
    public init(_ sequences: [TokenSequence]) {
        let packing = Packing(lengths: sequences.map(\.ids.count))
        var (predicting, targets, counts) = ([Int](), [Int32](), [Int]())
        for (sequence, start) in zip(sequences, packing.starts) {
            let marked = sequence.ids.indices.dropFirst().filter { sequence.supervised[$0] }
            predicting += marked.map { start + $0 - 1 }
            targets += marked.map { sequence.ids[$0] }
            counts.append(marked.count)
        }
        self.ids = sequences.flatMap(\.ids)
        self.packing = packing
        self.positions = packing.sequences.flatMap { rows in rows.map { Int32($0 - rows.lowerBound) } }
        self.predicting = predicting
        self.targets = targets
        self.targetPacking = Packing(lengths: counts)
    }
}
