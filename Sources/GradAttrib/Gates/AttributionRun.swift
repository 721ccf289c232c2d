public import Files
public import Transformers

/// Why attribution failed.
public enum AttributionError: Error, Equatable, CustomStringConvertible {
    /// A loss or score of an example is not finite.
    case notFinite(example: Int)
    /// An example lacks what an objective or a baseline asks for.
    case needs(example: Int, what: String)
    /// Scores could not be kept.
    case file(FileError)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .notFinite(let example):
            "example \(example + 1): its loss or a head's score is not a finite number; look at it with `score`, and "
                + "check the model's weights with `verify`."
        case .needs(let example, let what):
            "example \(example + 1) lacks \(what), which what you ask for needs; see docs/methods.md for the fields of "
                + "records, or choose another objective or baseline."
        case .file(let error): error.description
        }
    }
}

/// The signed score of every head for each of many examples, by gates on heads alone:
/// ``gateScores(of:on:extra:reduction:batchSize:packTokens:workers:keeping:progress:)``.
///
/// - Returns: scores and losses in the order given.
nonisolated(nonsending) public func headScores(
    of model: Decoder, on sequences: [TokenSequence], reduction: Reduction, batchSize: Int = 4,
    packTokens: Int,
    workers: Int, progress: (_ examples: Int, _ tokens: Int) -> Void = { _, _ in }
) async throws(AttributionError) -> HeadScores {
    try await gateScores(
        of: model, on: sequences, extra: ExtraGates(), reduction: reduction, batchSize: batchSize,
        packTokens: packTokens, workers: workers, progress: progress
    ).heads
}
