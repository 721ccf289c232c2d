import Kernels
public import Tensor
public import Transformers

/// What a run minimises: a loss for each item of the data.
///
/// A step over items b minimises Σ ℓ_b / Σ size_b. Supervised training has ℓ = the sum of an item's token losses and
/// size = its supervised tokens; a preference has size = 1, so its step is a mean over pairs. Whatever the objective,
/// packing, workers and resuming do not change a result, and a probe of heads rides on the same backward pass.
public struct TrainingObjective: Sendable {
    /// The sequences of each item: one for supervised training, two for a preference.
    public let items: [[TokenSequence]]
    /// What an item counts for in the divisor of a step: [item].
    public let sizes: [Int]
    /// Whether losses are of supervised tokens, of which each sequence then has one or more.
    let readsTargets: Bool
    /// The losses of some items, from one pass over their sequences.
    let losses: @Sendable (_ pass: ObjectivePass) -> ObjectiveLosses

    /// An objective.
    ///
    /// - Parameters:
    ///   - items: the sequences of each item, each with a supervised token where these are read.
    ///   - sizes: what each item counts for in the divisor of a step, 1 or more.
    ///   - readsTargets: whether losses are of supervised tokens, and not of states.
    ///   - losses: takes the pass over a pack of items, and gives their losses and what is to be differentiated.
    public init(
        items: [[TokenSequence]], sizes: [Int], readsTargets: Bool = true,
        losses: @escaping @Sendable (ObjectivePass) -> ObjectiveLosses
    ) {
        precondition(items.count == sizes.count, "\(sizes.count) sizes of \(items.count) items")
        (self.items, self.sizes, self.losses) = (items, sizes, losses)
        self.readsTargets = readsTargets
    }

    /// The sum of an item's token losses, over the supervised tokens of the step.
    public static func supervised(_ sequences: [TokenSequence]) -> TrainingObjective {
        TrainingObjective(items: sequences.map { [$0] }, sizes: sequences.map(\.targetCount)) { pass in
            let losses = pass.model.tokenLosses(pass.batch, tap: pass.tap)
            let sums = pass.batch.targetPacking.sequences.map { targets in
                targets.reduce(0) { $0 + Double(losses.elements[$1]) }
            }
            let weights = [Float](repeating: pass.weight, count: losses.elements.count)
            return ObjectiveLosses(losses: sums, differentiated: losses.sum(weightedBy: weights))
        }
    }
}

/// A pass over the sequences of some items.
public struct ObjectivePass: Sendable {
    /// The model, with the weights that are trained tracked.
    public let model: Decoder
    /// The items, by their place in the data.
    public let items: [Int]
    /// Their sequences, one item's after the other's.
    public let batch: Batch
    /// What looks at the pass; it must be handed to the model.
    public let tap: Tap
    /// What each item's loss is multiplied by before it is differentiated: 1 / the step's sizes.
    public let weight: Float
}

/// What an objective makes of a pass.
public struct ObjectiveLosses: Sendable {
    /// ℓ of each item: [item].
    public let losses: [Double]
    /// Σ weight · ℓ over the items, or another number with the same gradient: what is differentiated.
    public let differentiated: Tensor
    /// Other figures of each item, by name, whose means a step reports: [item].
    public let figures: [String: [Double]]

    /// The losses of some items.
    public init(losses: [Double], differentiated: Tensor, figures: [String: [Double]] = [:]) {
        (self.losses, self.differentiated, self.figures) = (losses, differentiated, figures)
    }
}
