extension RunRecord {
    /// The flags of `train`, by their names there, as they were resolved.
    public struct Settings: Codable, Sendable, Equatable {
        /// The largest learning rate.
        public var learningRate: Double
        /// `constant`, `linear` or `cosine`.
        public var schedule: String
        /// Steps in which the rate rises from 0.
        public var warmupSteps: Int
        /// AdamW's decay of matrices.
        public var weightDecay: Double
        /// Examples of an optimizer's step.
        public var batchSize: Int
        /// Times that training goes through the data.
        public var epochs: Double
        /// Steps of the whole run.
        public var maxSteps: Int
        /// `given` or `shuffled`.
        public var order: String
        /// The gradient's largest norm; 0: any.
        public var clipNorm: Double
        /// The adapter that is trained; `nil` where the model itself is.
        public var lora: LoRA?
        /// Whether layers are computed once more on the way back.
        public var recompute: Bool
        /// Tokens computed together by a worker.
        public var packTokens: Int
        /// Steps between two measurements of the heads; 0: none.
        public var probeEvery: Int
        /// Steps between two checkpoints; 0: none but the last.
        public var checkpointEvery: Int

        /// The flags of an adapter.
        public struct LoRA: Codable, Sendable, Equatable {
            /// The inner dimension of the two factors.
            public var rank: Int
            /// The product of the factors is multiplied by alpha / rank.
            public var alpha: Double
            /// The layers that have factors, by the last part of their name.
            public var targets: [String]
            /// The share of inputs that is dropped.
            public var dropout: Double

            /// Says what an adapter is like.
            public init(rank: Int, alpha: Double, targets: [String], dropout: Double) {
                self.rank = rank
                self.alpha = alpha
                self.targets = targets
                self.dropout = dropout
            }
        }

        enum CodingKeys: String, CodingKey {
            case schedule, epochs, order, lora, recompute
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

        /// Says how a run is made.
        public init(
            learningRate: Double, schedule: String, warmupSteps: Int, weightDecay: Double, batchSize: Int,
            epochs: Double, maxSteps: Int, order: String, clipNorm: Double, lora: LoRA? = nil,
            recompute: Bool, packTokens: Int,
            probeEvery: Int, checkpointEvery: Int
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
        }
    }
}
