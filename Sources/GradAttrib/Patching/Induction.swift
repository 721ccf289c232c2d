import Kernels
public import Statistics
import Synchronization
import Tensor
public import Transformers

/// A sequence of random tokens, given twice: a task with a known mechanism.
///
/// A token of the second half can be predicted only from the repetition. Induction heads do this: from a
/// token they attend to the token that followed its first occurrence, and copy it.
///
/// - Source: Elhage et al. 2021, *A Mathematical Framework for Transformer Circuits*; Olsson et al. 2022, *In-context
///   Learning and Induction Heads*.
public struct RepeatedTokens: Sendable, Equatable {
    /// Tokens before the first half, such as BOS.
    public let prefix: [Int32]
    /// The tokens of each half: [example][length].
    public let halves: [[Int32]]

    /// Draws tokens, each as likely as any other.
    ///
    /// - Parameters:
    ///   - count: how many sequences; above 0.
    ///   - length: tokens that are drawn for each; above 1. They follow one another twice.
    ///   - tokens: the tokens to draw from; leave out special tokens.
    ///   - prefix: tokens before each sequence, such as BOS.
    ///   - seed: random seed of what is drawn; each sequence has a stream of its own.
    public init(count: Int, length: Int, from tokens: [Int32], prefix: [Int32] = [], seed: Int) {
        precondition(
            count > 0 && length > 1 && tokens.count > 1, "\(count) times \(length) of \(tokens.count) tokens")
        self.prefix = prefix
        halves = (0..<count).map { example in
            var generator = SeededGenerator(seed: seed, stream: example)
            return (0..<length).map { _ in
                tokens[Int(generator.next().multipliedFullWidth(by: UInt64(tokens.count)).high)]
            }
        }
    }

    /// Which half of a sequence the loss counts.
    public enum Half: Sendable {
        /// Tokens that cannot be predicted: a control.
        case first
        /// Tokens that the first half predicts.
        case second
    }

    /// The sequences. In either half all tokens but the first are supervised, because the first token of the
    /// second half cannot be predicted either.
    public func sequences(supervising half: Half) -> [TokenSequence] {
        halves.map { tokens in
            let start = prefix.count + (half == .second ? tokens.count : 0)
            let ids = prefix + tokens + tokens
            return TokenSequence(
                ids: ids, supervised: ids.indices.map { start < $0 && $0 < start + tokens.count })
        }
    }
}

/// Induction scores: the mean attention weight from each token of the second half but the last to the token
/// after its first occurrence, from 0 to 1: [example, layer, head].
///
/// Attention patterns are formed for this; memory grows with the square of a sequence's length.
nonisolated(nonsending) public func inductionScores(
    of model: Decoder, on task: RepeatedTokens, packTokens: Int, workers: Int
) async -> HeadArray<Float> {
    let sequences = task.sequences(supervising: .second)
    var scores = HeadArray<Float>(repeating: 0, examples: sequences.count, model.grid)
    let packs = Packs(lengths: sequences.map(\.ids.count), tokens: packTokens)
    await packs.forEach(workers: workers) { members in
        inductionScores(
            of: model, Batch(members.map { sequences[$0] }), members.map { task.halves[$0].count })
    } deliver: { (members, made) in
        for (place, example) in members.enumerated() { scores[example: example] = made[example: place] }
    }
    return scores
}

/// The scores of each sequence of a batch, whose second halves are this long: [sequence, layer, head].
private func inductionScores(of model: Decoder, _ batch: Batch, _ lengths: [Int]) -> HeadArray<Float> {
    let found = Mutex(HeadArray<Float>(repeating: 0, examples: lengths.count, model.grid))
    let tap = Tap([.pattern]) { site, pattern in
        guard let sequence = site.sequence else { return pattern }
        let (positions, length) = (pattern.shape.axes[1], lengths[sequence])
        for head in 0..<model.heads {
            let sum = (positions - length..<positions - 1).reduce(0.0) { sum, query in
                sum + Double(pattern.elements[(head * positions + query) * positions + query - length + 1])
            }
            found.withLock { $0[sequence, site.layer, head] = Float(sum / Double(length - 1)) }
        }
        return pattern
    }
    _ = model.hidden(batch, rows: batch.predicting, tap: tap)
    return found.withLock { $0 }
}
