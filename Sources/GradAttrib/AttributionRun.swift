public import Transformers

/// Why a run could not go on.
public enum AttributionError: Error, Equatable, CustomStringConvertible {
    /// A loss or score of an example is no finite number.
    case notFinite(example: Int)
    /// An example lacks what an objective or a baseline asks for.
    case needs(example: Int, what: String)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .notFinite(let example):
            "example \(example + 1): its loss or a head's score is not a finite number; look at it with `score`, and "
                + "check the model's weights with `verify`."
        case .needs(let example, let what):
            "example \(example + 1) lacks \(what), which what you ask for needs; see docs/methods.md for the fields of "
                + "records, or choose another --objective or --baseline."
        }
    }
}

/// The signed score of every head for each of many examples.
///
/// Examples are packed, and packs are spread over workers; each result depends on its own example alone, up to the
/// rounding of products of another size.
///
/// - Parameters:
///   - batchSize: Examples a batch of `batchTokenMean`, in the order given; 4 in the authors' script.
///   - packTokens: Tokens a pack; memory grows with it.
///   - progress: Sees the number of examples and tokens of each finished pack.
/// - Returns: scores and losses in the order given.
nonisolated(nonsending) public func headScores(
    of model: Decoder, on sequences: [TokenSequence], reduction: Reduction, batchSize: Int = 4,
    packTokens: Int,
    workers: Int, progress: (_ examples: Int, _ tokens: Int) -> Void = { _, _ in }
) async throws(AttributionError) -> HeadScores {
    let weights = reduction.weights(targets: sequences.map(\.targetCount), batchSize: batchSize)
    let size = model.layers * model.heads
    var signed = [Float](repeating: 0, count: sequences.count * size)
    var loss = [Float](repeating: 0, count: sequences.count)
    let packs = Packs(lengths: sequences.map(\.ids.count), tokens: packTokens)
    try await packs.forEach(workers: workers) { (members) throws(AttributionError) in
        let scores = headScores(
            of: model, on: Batch(members.map { sequences[$0] }), weights: members.map { weights[$0] })
        for (place, example) in members.enumerated() {
            let own = scores.signed[place * size..<(place + 1) * size]
            guard scores.loss[place].isFinite, own.allSatisfy(\.isFinite) else {
                throw .notFinite(example: example)
            }
        }
        return scores
    } deliver: { (members, scores) throws(AttributionError) in
        for (place, example) in members.enumerated() {
            signed.replaceSubrange(
                example * size..<(example + 1) * size, with: scores.signed[place * size..<(place + 1) * size])
            loss[example] = scores.loss[place]
        }
        progress(members.count, members.reduce(0) { $0 + sequences[$1].ids.count })
    }
    return HeadScores(signed: signed, loss: loss)
}
