import Kernels
import Tensor
public import Transformers

/// Two answers to one prompt, of which one is preferred.
public struct PreferencePair: Sendable, Hashable {
    /// Prompt and chosen answer, the answer supervised.
    public let chosen: TokenSequence
    /// Prompt and rejected answer, the answer supervised.
    public let rejected: TokenSequence

    /// A pair; both answers have supervised tokens.
    public init(chosen: TokenSequence, rejected: TokenSequence) {
        (self.chosen, self.rejected) = (chosen, rejected)
    }
}

/// The log-probabilities of a pair's answers by the reference: sums over supervised tokens, in nats.
public struct ReferenceScores: Codable, Sendable, Equatable {
    /// log π_ref of the chosen answer.
    public let chosen: Double
    /// log π_ref of the rejected answer.
    public let rejected: Double

    /// The scores of a pair.
    public init(chosen: Double, rejected: Double) { (self.chosen, self.rejected) = (chosen, rejected) }
}

extension TrainingObjective {
    /// A preference loss of each pair, and its mean over the pairs of a step.
    ///
    /// Both answers of a pair are in one pass. The derivative by a token's loss is known once the pass forward is, so one
    /// backward pass of weighted token losses is the gradient of any such loss.
    ///
    /// The prompt is computed once for both answers, except in steps whose heads are measured: there each answer has a pass
    /// of its own, because a head's score in the prompt belongs to one of them.
    ///
    /// A step reports the means of `rewards_chosen` and `rewards_rejected`, β·(log π − log π_ref); `margin`, their
    /// difference; and `accuracy`, the share of pairs with a margin above 0.
    ///
    /// - Parameters:
    ///   - pairs: two answers to one prompt each.
    ///   - loss: the loss of a pair.
    ///   - reference: the scores of the model as the run starts, pair by pair.
    public static func preference(
        _ pairs: [PreferencePair], _ loss: PreferenceLoss, reference: [ReferenceScores]
    ) -> TrainingObjective {
        precondition(pairs.count == reference.count, "\(reference.count) scores of \(pairs.count) pairs")
        return TrainingObjective(
            items: pairs.map { [$0.chosen, $0.rejected] }, sizes: pairs.map { _ in 1 }
        ) { pass in
            let tokens = tokenLosses(of: pass)
            let targets = pass.batch.targetPacking.sequences
            func scored(_ rows: Range<Int>, _ reference: Double) -> ScoredAnswer {
                let sum = rows.reduce(0) { $0 + Double(tokens.elements[$1]) }
                return ScoredAnswer(logProbability: -sum, reference: reference, tokens: rows.count)
            }
            var weights = [Float](repeating: 0, count: tokens.elements.count)
            var losses: [Double] = []
            var figures: [String: [Double]] = [:]
            for (place, item) in pass.items.enumerated() {
                let (first, second) = (targets[2 * place], targets[2 * place + 1])
                let chosen = scored(first, reference[item].chosen)
                let rejected = scored(second, reference[item].rejected)
                let found = loss.loss(chosen: chosen, rejected: rejected)
                for row in first { weights[row] = pass.weight * Float(found.byChosen) }
                for row in second { weights[row] = pass.weight * Float(found.byRejected) }
                losses.append(found.loss)
                for (name, value) in [
                    ("rewards_chosen", loss.beta * chosen.logRatio),
                    ("rewards_rejected", loss.beta * rejected.logRatio),
                    ("margin", found.margin), ("accuracy", found.margin > 0 ? 1 : 0),
                ] {
                    figures[name, default: []].append(value)
                }
            }
            return ObjectiveLosses(
                losses: losses, differentiated: tokens.sum(weightedBy: weights), figures: figures)
        }
    }
}

/// The token losses of a pass over pairs.
private func tokenLosses(of pass: ObjectivePass) -> Tensor {
    pass.tap.kinds.isEmpty
        ? pass.model.tokenLosses(sharingStartsOf: pass.batch)
        : pass.model.tokenLosses(pass.batch, tap: pass.tap)
}

/// The scores of each pair by the model as a run starts.
///
/// Pairs are packed as the steps of the first epoch pack them. So in the first step, without dropout, the model scores
/// as the reference did, bit for bit: all margins are 0 and the sigmoid loss is ln 2.
///
/// - Parameters:
///   - pairs: two answers to one prompt each.
///   - model: the reference: the model as the run starts.
///   - sharingPrompts: whether a prompt is computed once for both answers: as in the first step, where it measures no
///     heads.
///   - order: that of the run.
///   - packTokens: as in the run: tokens a worker computes together.
///   - workers: as in the run: packs computed at a time.
///   - progress: is told how many pairs were scored since it was told last.
nonisolated(nonsending) public func referenceScores(
    of pairs: [PreferencePair], by model: Decoder, sharingPrompts: Bool, order: ExampleOrder, packTokens: Int,
    workers: Int, progress: (_ pairs: Int) -> Void = { _ in }
) async -> [ReferenceScores] {
    var scores = [ReferenceScores](
        repeating: ReferenceScores(chosen: .nan, rejected: .nan), count: pairs.count)
    for step in 1..<order.stepsPerEpoch + 1 {
        let items = order.examples(step: step)
        let lengths = items.map { pairs[$0].chosen.ids.count + pairs[$0].rejected.ids.count }
        let packs = Packs(sharing: lengths, tokens: packTokens, workers: workers)
        await packs.forEach(workers: workers) { members in
            let batch = Batch(members.flatMap { [pairs[items[$0]].chosen, pairs[items[$0]].rejected] })
            let losses = sharingPrompts ? model.tokenLosses(sharingStartsOf: batch) : model.tokenLosses(batch)
            return batch.targetPacking.sequences.map { rows in
                -rows.reduce(0) { $0 + Double(losses.elements[$1]) }
            }
        } deliver: { members, found in
            for (place, member) in members.enumerated() {
                scores[items[member]] = ReferenceScores(
                    chosen: found[2 * place], rejected: found[2 * place + 1])
            }
            progress(members.count)
        }
    }
    return scores
}
