public import Kernels

/// Packed token sequences, end to end without padding, and which tokens are supervised.
public struct Batch: Sendable {
    /// The tokens of all sequences: [position].
    public let ids: [Int32]
    /// Which positions belong to which sequence (`cu_seqlens`).
    public let packing: Packing
    /// The position of each token in its own sequence: [position].
    public let positions: [Int32]
    /// The positions whose logits predict a supervised token, ascending: [target].
    public let predicting: [Int]
    /// The supervised tokens, in the same order: [target].
    public let targets: [Int32]
    /// Which targets belong to which sequence.
    public let targetPacking: Packing
    /// The seed of adapters' dropout for each row: [position]; nil without dropout.
    public let rowSeeds: [UInt64]?
    /// The attention mask of each sequence; empty if all are causal.
    public let masks: [AttentionMask]
    /// Vectors that enter in place of tokens, by row; nil without any.
    public let vectors: InputVectors?

    /// Packs sequences.
    ///
    /// - Parameters:
    ///   - sequences: Tokens, and which of them are supervised.
    ///   - dropoutSeeds: A seed for each sequence, for adapters' dropout.
    ///   - masks: The attention mask of each sequence; empty if all are causal. A target inside a bidirectional part
    ///     is seen by the position that predicts it.
    ///   - vectors: The vectors that replace tokens of each sequence; empty if there are none.
    public init(
        _ sequences: [TokenSequence], dropoutSeeds: [UInt64]? = nil, masks: [AttentionMask] = [],
        vectors: [InputVectors?] = []
    ) {
        precondition(
            masks.isEmpty || masks.count == sequences.count, "\(masks.count) masks for \(sequences.count)")
        precondition(
            vectors.isEmpty || vectors.count == sequences.count,
            "\(vectors.count) vectors for \(sequences.count)")
        let packing = Packing(lengths: sequences.map(\.ids.count))
        for (vectors, sequence) in zip(vectors, sequences) {
            let last = vectors?.positions.last ?? -1
            precondition(last < sequence.ids.count, "a vector at \(last) of \(sequence.ids.count) positions")
        }
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
        self.masks = masks
        self.vectors = .packed(vectors, starts: packing.starts)
        self.rowSeeds = dropoutSeeds.map { seeds in
            zip(seeds, packing.sequences).flatMap { seed, rows in
                rows.indices.map { seed &+ UInt64($0 - rows.lowerBound) &* 0x9e37_79b9_7f4a_7c15 }
            }
        }
    }

    /// Repeats a number of each sequence for each of its targets: [sequence] → [target].
    public func spread(_ numbers: [Float]) -> [Float] {
        zip(targetPacking.sequences, numbers).flatMap { targets, number in targets.map { _ in number } }
    }
}
