public import GradAttrib
public import HeadActivation

/// Everything that decides a measurement of heads.
public struct AttributionPlan: Sendable {
    /// The model: a folder, a .gguf file or a pulled name.
    public var model: String
    /// The folder of a LoRA adapter; nil: none.
    public var adapter: String?
    /// The file of examples, and how it is read.
    public var data: String
    /// How it is read.
    public var reading = ReadingPlan()
    /// The task's name.
    public var task: String
    /// The label of the model's state.
    public var checkpoint: String
    /// How heads are scored.
    public var recipe: Recipe
    /// How token losses are reduced to a loss per example.
    public var reduction = Reduction.exampleMean
    /// Examples per batch, where the reduction is over batches.
    public var batchSize = 4
    /// The part of the examples that is measured; nil: all.
    public var shard: Shard?
    /// Whether modules are scored too.
    public var modules = false
    /// Gradient checkpointing.
    public var recompute = false
    /// Whether scores are kept by token position.
    public var tokenScores = false
    /// How the scores are tested.
    public var audit = AuditPlan.small
    /// Threads, memory, precision, seed.
    public var computing: Computing

    /// A measurement by the gradient at the heads' gates.
    public init(
        of model: String, adapter: String? = nil, on data: String, task: String, checkpoint: String = "base",
        recipe: Recipe = Recipe(.gate), computing: Computing = Computing()
    ) {
        (self.model, self.adapter, self.data) = (model, adapter, data)
        (self.task, self.checkpoint, self.recipe) = (task, checkpoint, recipe)
        self.computing = computing
    }

    /// Whether heads are scored by the gradient of the loss at their gates.
    public var isGateOfLoss: Bool { recipe.method == .gate && recipe.objective == .nll }

    /// How token losses become one, as measurements name it: objectives that are sums over the answer are not reduced.
    var reductionName: String { (recipe.objective.isReduced ? reduction : .exampleSum).rawValue }
}

/// How scores are tested against ablation.
public enum AuditPlan: Sendable, Equatable {
    /// Not at all.
    case none
    /// Some heads on some examples, where that takes less than a fifth of the measurement.
    case small
    /// The strongest heads and as many random ones on all examples, replaced by a baseline.
    case heads(Int, baseline: Baseline)
}
