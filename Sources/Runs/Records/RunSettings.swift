public import Tokenization
public import Training

extension RunRecord {
    /// The flags of `train`, by their names there, with the values that were used.
    public struct Settings: Codable, Sendable, Equatable {
        /// The peak learning rate.
        public var learningRate: Double
        /// `constant`, `linear` or `cosine`.
        public var schedule: String
        /// Warm-up steps.
        public var warmupSteps: Int
        /// AdamW's weight decay, of matrices only.
        public var weightDecay: Double
        /// Examples per optimizer step.
        public var batchSize: Int
        /// Passes over the data.
        public var epochs: Double
        /// Steps of the whole run.
        public var maxSteps: Int
        /// `given` or `shuffled`.
        public var order: String
        /// The global gradient norm to clip to; 0: no clipping.
        public var clipNorm: Double
        /// The adapter that is trained; `nil` where the model itself is.
        public var lora: LoRA?
        /// Gradient checkpointing.
        public var recompute: Bool
        /// Tokens per pack (micro-batch).
        public var packTokens: Int
        /// Steps between records of head scores (telemetry); 0: none.
        public var probeEvery: Int
        /// Steps between two checkpoints; 0: none but the last.
        public var checkpointEvery: Int
        /// How pairs are learned from; `nil` where the objective is supervised.
        public var preference: PreferencePlan?
        /// The factors on the learning rate by module; `nil`: 1 for all.
        public var rates: ModuleRates?
        /// Tokens that were added to the model first; `nil`: none.
        public var newTokens: [NewToken]?
        /// SHA-256 of the subspaces of languages that states are moved in; `nil`: none.
        public var subspacesSHA256: String?

        /// The flags of an adapter.
        public struct LoRA: Codable, Sendable, Equatable {
            /// The LoRA rank.
            public var rank: Int
            /// LoRA alpha: the adapter is scaled by alpha / rank.
            public var alpha: Double
            /// The adapted projections, by the last part of their name.
            public var targets: [String]
            /// Dropout probability on the adapter's inputs.
            public var dropout: Double

            /// The settings of an adapter.
            public init(rank: Int, alpha: Double, targets: [String], dropout: Double) {
                self.rank = rank
                self.alpha = alpha
                self.targets = targets
                self.dropout = dropout
            }
        }

        enum CodingKeys: String, CodingKey {
            case schedule, epochs, order, lora, recompute, preference, rates
            case newTokens = "new_tokens"
            case subspacesSHA256 = "subspaces_sha256"
            case packTokens = "pack_tokens"
            case learningRate = "learning_rate"
            case warmupSteps = "warmup_steps"
            case weightDecay = "weight_decay"
            case batchSize = "batch_size"
            case maxSteps = "max_steps"
            case clipNorm = "clip_norm"
            case probeEvery = "probe_every"
            case checkpointEvery = "checkpoint_every"
        }

        /// The settings of a run.
        public init(
            learningRate: Double, schedule: String, warmupSteps: Int, weightDecay: Double, batchSize: Int,
            epochs: Double, maxSteps: Int, order: String, clipNorm: Double, lora: LoRA? = nil,
            recompute: Bool, packTokens: Int,
            probeEvery: Int, checkpointEvery: Int, preference: PreferencePlan? = nil,
            rates: ModuleRates? = nil, newTokens: [NewToken]? = nil, subspacesSHA256: String? = nil
        ) {
            self.learningRate = learningRate
            self.schedule = schedule
            self.warmupSteps = warmupSteps
            self.weightDecay = weightDecay
            self.batchSize = batchSize
            self.epochs = epochs
            self.maxSteps = maxSteps
            self.order = order
            self.clipNorm = clipNorm
            self.lora = lora
            self.recompute = recompute
            self.packTokens = packTokens
            self.probeEvery = probeEvery
            self.checkpointEvery = checkpointEvery
            (self.preference, self.rates, self.newTokens) = (preference, rates, newTokens)
            self.subspacesSHA256 = subspacesSHA256
        }
    }
}
