public import Training

/// Everything that decides a training run, with all defaults resolved: what `run.json` stores as `plan`.
///
/// Its keys in JSON are the flags of `train`, with `_` for `-`, in groups.
public struct TrainingPlan: Codable, Sendable, Equatable {
    /// The model: a folder, a .gguf file or a pulled name.
    public var model: String
    /// The folder of a LoRA adapter to train on; nil: none.
    public var adapter: String?
    /// The file of examples.
    public var data: String
    /// How data files are read; the limit is that of `data` alone.
    public var reading = ReadingPlan()
    /// The run's folder.
    public var output: String

    /// Tokens that are added to the model first; nil: none.
    public var newTokens: NewTokensPlan?
    /// The adapter to attach and train; nil: `adapter` is trained, or all weights.
    public var lora: LoRAPlan?
    /// How pairs of answers are learned from; nil: the data are examples, and the objective is supervised.
    public var preference: PreferencePlan?
    /// How languages are brought nearer; nil: they are not, and the data are no parallel texts.
    public var languages: LanguagePlan?
    /// The peak learning rate.
    public var learningRate: Double
    /// The file of factors on the learning rate by module and phase; nil: 1 for all.
    public var rates: String?
    /// The shape of the learning-rate schedule after warm-up.
    public var schedule = Schedule.Shape.linear
    /// Warm-up steps.
    public var warmupSteps = 0
    /// AdamW's weight decay, on matrices only.
    public var weightDecay = 0.0
    /// Examples per optimizer step.
    public var batchSize = 8
    /// Passes over the data; used where `maxSteps` is nil.
    public var epochs: Int? = nil
    /// Optimizer steps; nil: by `epochs`.
    public var maxSteps: Int? = nil
    /// The order of the examples.
    public var order = Order.shuffled
    /// The global gradient norm is clipped to this value; 0: no clipping.
    public var clipNorm = 1.0
    /// Gradient checkpointing.
    public var recompute = false
    /// Steps between checkpoints; 0: none.
    public var checkpointEvery = 100

    /// Which heads are measured, and when.
    public var probe = ProbePlan()
    /// A behaviour that is followed; nil: none.
    public var guarded: GuardPlan?
    /// What is held out, and when it is evaluated.
    public var evaluation = HeldOutPlan()
    /// Threads, memory, precision, seed.
    public var computing: Computing

    /// The order of the examples in an epoch.
    public enum Order: String, Codable, Sendable, CaseIterable {
        /// As in the file.
        case given
        /// By the seed.
        case shuffled
    }

    enum CodingKeys: String, CodingKey {
        case model, adapter, data, reading, output, lora, preference, rates, schedule, epochs, order,
            recompute, probe,
            evaluation, guarded, languages
        case computing
        case newTokens = "tokens"
        case learningRate = "learning_rate"
        case warmupSteps = "warmup_steps"
        case weightDecay = "weight_decay"
        case batchSize = "batch_size"
        case maxSteps = "max_steps"
        case clipNorm = "clip_norm"
        case checkpointEvery = "checkpoint_every"
    }

    /// A plan with the defaults of what is trained.
    ///
    /// - Parameters:
    ///   - model: a folder, a .gguf file or a pulled name.
    ///   - adapter: the folder of a LoRA adapter to train on; nil for none.
    ///   - data: the file of examples.
    ///   - output: the run's folder.
    ///   - lora: the adapter to attach and train; nil to train `adapter`, or all weights where there is none.
    ///   - learningRate: by default 2e-4 for an adapter, 2e-5 for all weights.
    ///   - computing: how to compute, from the tokens per pack that suit what is trained.
    public init(
        model: String, adapter: String? = nil, data: String, output: String, lora: LoRAPlan? = nil,
        learningRate: Double? = nil,
        computing: (_ usualPackTokens: Int) -> Computing = { Computing(packTokens: $0) }
    ) {
        (self.model, self.adapter, self.data, self.output, self.lora) = (model, adapter, data, output, lora)
        let trainsAll = lora == nil && adapter == nil
        self.learningRate = learningRate ?? (trainsAll ? 2e-5 : 2e-4)
        // With all weights each pack writes and adds up their gradients, so packs are larger.
        self.computing = computing(trainsAll ? 768 : Computing.usualPackTokens)
    }

    /// Whether all weights are trained, and no adapter.
    public var trainsAllWeights: Bool { lora == nil && adapter == nil }
}

/// A LoRA adapter to attach.
public struct LoRAPlan: Codable, Sendable, Equatable {
    /// The rank.
    public var rank: Int
    /// LoRA alpha: the adapter is scaled by alpha / rank.
    public var alpha: Double
    /// The projections to adapt, by the ends of their names, or `all-linear`.
    public var targets: [String]
    /// Dropout probability on the adapter's inputs.
    public var dropout: Double
    /// rsLoRA: scaled by alpha / √rank.
    public var isRankStabilized: Bool

    enum CodingKeys: String, CodingKey {
        case rank = "lora_rank"
        case alpha = "lora_alpha"
        case targets = "lora_targets"
        case dropout = "lora_dropout"
        case isRankStabilized = "lora_stabilized"
    }

    /// An adapter; alpha is by default twice the rank.
    public init(
        rank: Int, alpha: Double? = nil, targets: [String] = ["all-linear"], dropout: Double = 0,
        isRankStabilized: Bool = false
    ) {
        (self.rank, self.alpha, self.targets) = (rank, alpha ?? 2 * Double(rank), targets)
        (self.dropout, self.isRankStabilized) = (dropout, isRankStabilized)
    }
}
