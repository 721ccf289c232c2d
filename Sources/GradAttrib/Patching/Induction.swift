import Kernels
import Synchronization
import Tensor
public import Transformers

/// Random tokens, once and once more: a task with a known mechanism.
///
/// Nothing but the repetition foretells a token of the second half. Induction heads carry it over: from a token they
/// attend to what followed the same token before, and copy that.
///
/// - Source: Elhage et al. 2021, *A Mathematical Framework for Transformer Circuits*; Olsson et al. 2022, *In-context
///   Learning and Induction Heads*.
public struct RepeatedTokens: Sendable, Equatable {
    /// What stands before the first half, such as a beginning-of-text token.
    public let prefix: [Int32]
    /// The tokens of each half: [example][length].
    public let halves: [[Int32]]

    /// Draws tokens, each as likely as any other.
    ///
    /// - Parameter tokens: what may be drawn; special tokens are better left out.
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
        /// Tokens that nothing foretells: a control.
        case first
        /// Tokens that the first half foretells.
        case second
    }

    /// The sequences. Of either half, all tokens but the first are supervised, for what the second half's first token
    /// repeats is not known before it has come.
    public func sequences(supervising half: Half) -> [TokenSequence] {
        halves.map { tokens in
            let start = prefix.count + (half == .second ? tokens.count : 0)
            let ids = prefix + tokens + tokens
            return TokenSequence(
                ids: ids, supervised: ids.indices.map { start < $0 && $0 < start + tokens.count })
        }
    }
}

/// How much each head attends, from each token of the second half but the last, to the token after the same token's
/// place in the first: the mean of that attention, from 0 to 1, [example, layer, head].
///
/// Attention patterns are formed for this; memory grows with the square of a sequence's length.
nonisolated(nonsending) public func inductionScores(
    of model: Decoder, on task: RepeatedTokens, packTokens: Int, workers: Int
) async -> [Float] {
    let sequences = task.sequences(supervising: .second)
    let size = model.layers * model.heads
    var scores = [Float](repeating: 0, count: sequences.count * size)
    let packs = Packs(lengths: sequences.map(\.ids.count), tokens: packTokens)
    await packs.forEach(workers: workers) { members in
        inductionScores(
            of: model, Batch(members.map { sequences[$0] }), members.map { task.halves[$0].count })
    } deliver: { (members, made) in
        for (place, example) in members.enumerated() {
            scores.replaceSubrange(example * size..<(example + 1) * size, with: made[place])
        }
    }
    return scores
}

/// The scores of each sequence of a batch, whose second halves are this long: [sequence][layer, head].
private func inductionScores(of model: Decoder, _ batch: Batch, _ lengths: [Int]) -> [[Float]] {
    let heads = model.heads
    let empty = [Float](repeating: 0, count: model.layers * heads)
    let found = Mutex(lengths.map { _ in empty })
    let tap = Tap([.pattern]) { site, pattern in
        guard let sequence = site.sequence else { return pattern }
        let (positions, length) = (pattern.shape.axes[1], lengths[sequence])
        for head in 0..<heads {
            let sum = (positions - length..<positions - 1).reduce(0.0) { sum, query in
                sum + Double(pattern.elements[(head * positions + query) * positions + query - length + 1])
            }
            found.withLock { $0[sequence][site.layer * heads + head] = Float(sum / Double(length - 1)) }
        }
        return pattern
    }
    _ = model.hidden(batch, rows: batch.predicting, tap: tap)
    return found.withLock { $0 }
}
