import Training

/// Everything that decides a remedy: training on repair examples, and the diagnosis once more.
public struct RemedyPlan: Sendable {
    /// The model: a folder, a .gguf file or a pulled name.
    public var model: String
    /// The folder of a LoRA adapter to train on; nil: a new one is trained.
    public var adapter: String?
    /// The file of repair examples, in training order.
    public var examples: String
    /// The pairs that were diagnosed.
    public var diagnosis: String
    /// The run's folder.
    public var output: String
    /// The file of general examples; nil: none are mixed in, and none held out.
    public var general: String?
    /// The share of general examples in the mixture.
    public var generalShare = 0.2
    /// The number of general examples held out; at most half of them are.
    public var generalHeldOut = 64
    /// The rise of the held-out general loss, in nats per token, at which training ends; 0: never.
    public var generalRise = 0.1
    /// Where the defaults of LoRA come from.
    public var preset = RemedyPreset.standard
    /// The adapter's rank and alpha; nil: by the preset.
    public var loraRank: Int?
    /// LoRA alpha; nil: by the preset.
    public var loraAlpha: Double?
    /// The constant learning rate; nil: by the preset.
    public var learningRate: Double?
    /// Passes over the mixture.
    public var epochs = 3
    /// Examples per optimizer step.
    public var batchSize = 8
    /// Heads are compared on up to this many examples of each group; 0: they are not.
    public var heads = 64
    /// Threads, memory, precision, seed.
    public var computing: Computing

    /// A remedy with the usual settings.
    public init(
        of model: String, adapter: String? = nil, by examples: String, diagnosis: String, output: String,
        computing: Computing = Computing()
    ) {
        (self.model, self.adapter, self.examples) = (model, adapter, examples)
        (self.diagnosis, self.output, self.computing) = (diagnosis, output, computing)
    }

    /// The plan of the training.
    ///
    /// - Parameters:
    ///   - stepsPerEpoch: the steps between evaluations of what is held out.
    ///   - hasHeldOut: whether anything is.
    func training(stepsPerEpoch: Int, _ files: RemedyFiles, hasHeldOut: Bool) -> TrainingPlan {
        let rank = loraRank ?? preset.rank
        var plan = TrainingPlan(
            model: model, adapter: adapter, data: files.mixture, output: output,
            lora: adapter == nil ? LoRAPlan(rank: rank, alpha: loraAlpha ?? preset.alpha(rank: rank)) : nil,
            learningRate: learningRate ?? preset.learningRate, computing: { _ in computing })
        (plan.schedule, plan.order) = (.constant, .given)
        (plan.epochs, plan.batchSize) = (epochs, batchSize)
        (plan.probe.task, plan.probe.limit) = ("repair", heads)
        if heads > 0 { plan.probe.data = files.repair }
        if hasHeldOut {
            plan.evaluation.data = files.heldOut
            (plan.evaluation.tokens, plan.evaluation.every) = (0, stepsPerEpoch)
            plan.evaluation.stop = generalRise > 0 ? generalRise : nil
        }
        return plan
    }
}

/// Defaults of LoRA that go together.
public enum RemedyPreset: String, Sendable, CaseIterable {
    /// Rank 16, alpha 32, learning rate 2e-4.
    case standard
    /// Rank 128, alpha 8, learning rate 5e-5.
    case paper

    var rank: Int { self == .paper ? 128 : 16 }
    var learningRate: Double { self == .paper ? 5e-5 : 2e-4 }
    func alpha(rank: Int) -> Double { self == .paper ? 8 : 2 * Double(rank) }
}
