/// How the token losses of an example become the loss that is differentiated.
public enum Reduction: String, Sendable, CaseIterable {
    /// The mean over the example's supervised tokens.
    ///
    /// - Source: Zhao et al. 2025, equation 2.
    case exampleMean = "example-mean"
    /// The sum over the example's supervised tokens; grows with the length of the answer.
    case exampleSum = "example-sum"
    /// The mean over all supervised tokens of a batch of examples in the order of the file. The score of an
    /// example then depends on which other examples are in its batch.
    ///
    /// - Source: what the authors' released script computes, with batches of 4.
    case batchTokenMean = "batch-token-mean"

    /// The weight of every supervised token of each example: [example].
    ///
    /// - Parameters:
    ///   - targets: The number of supervised tokens of each example.
    ///   - batchSize: Examples per batch, for `batchTokenMean`.
    public func weights(targets: [Int], batchSize: Int) -> [Float] {
        switch self {
        case .exampleMean: return targets.map { 1 / Float($0) }
        case .exampleSum: return targets.map { _ in 1 }
        case .batchTokenMean:
            return targets.indices.map { example in
                let start = example - example % batchSize
                let batch = targets[start..<min(start + batchSize, targets.count)]
                return 1 / Float(batch.reduce(0, +))
            }
        }
    }
}
