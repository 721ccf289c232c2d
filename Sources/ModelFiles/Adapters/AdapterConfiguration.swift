/// A value for the modules whose name ends as a regular expression says.
public struct PatternValue<Value: Sendable & Equatable>: Sendable, Equatable {
    /// The regular expression.
    public let pattern: String
    /// The value.
    public let value: Value

    /// A value for these modules.
    public init(_ pattern: String, _ value: Value) { (self.pattern, self.value) = (pattern, value) }
}

/// What an adapter is, in the terms of PEFT's `LoraConfig`.
public struct AdapterConfiguration: Sendable, Equatable {
    /// Modules, as PEFT lets one name them.
    public enum Modules: Sendable, Equatable {
        /// Full names, or their last parts: `q_proj`, `mlp.up_proj`.
        case names([String])
        /// A regular expression that a full name matches as a whole.
        case expression(String)
    }

    /// Which modules are adapted.
    public enum Targets: Sendable, Equatable {
        /// Those that PEFT chooses for the family.
        case familyDefault
        /// Every linear layer but the head of the model.
        case allLinear
        /// These.
        case modules(Modules)
    }

    /// Tokens whose rows were trained (`trainable_token_indices`).
    public struct TrainedTokens: Sendable, Equatable {
        /// The last letters of the module's name; nil for the embedding.
        public let module: String?
        /// The rows, in the order of the adapter's tensor.
        public let ids: [Int]
    }

    /// Which biases the adapter brings along.
    public enum Bias: String, Sendable {
        /// None.
        case none
        /// Every bias of the model.
        case all
        /// Those of adapted modules.
        case adapted = "lora_only"
    }

    /// The rank r of a pair, where `ranks` says nothing else.
    public var rank = 8
    /// What a pair's product is multiplied by, times its rank (or its rank's root), where `alphas` says nothing else.
    public var alpha = 8.0
    /// The share of inputs that training leaves out before a pair.
    public var dropout = 0.0
    /// Whether the scale is α/√r instead of α/r.
    ///
    /// - Source: Kalajdzievski 2023, *A rank stabilization scaling factor for fine-tuning with LoRA*.
    public var isRankStabilized = false
    /// Whether each output has a magnitude of its own.
    ///
    /// - Source: Liu et al. 2024, *DoRA: weight-decomposed low-rank adaptation*, equation 5.
    public var hasMagnitudes = false
    /// Which biases the adapter brings along.
    public var bias = Bias.none
    /// Which modules are adapted.
    public var targets = Targets.familyDefault
    /// Modules that are not, whatever `targets` says.
    public var excluded: Modules?
    /// The only layers that are adapted, from 0; empty for all. It holds for targets by name.
    public var layers: [Int] = []
    /// What stands before a layer's number in a name, such as `layers`; empty for anything.
    public var layerNames: [String] = []
    /// Ranks of some modules, in the order of the file: the first that means a module counts.
    public var ranks: [PatternValue<Int>] = []
    /// Alphas of some modules, likewise.
    public var alphas: [PatternValue<Double>] = []
    /// Modules whose weights the adapter replaces: the last letters of their names.
    public var savedModules: [String] = []
    /// Rows of embeddings that the adapter replaces.
    public var trainedTokens: [TrainedTokens] = []
    /// Whether what is done to the embedding is done to a head tied to it.
    public var tiesWeights = false
    /// The model that the adapter was made for, as its maker named it.
    public var base: String?

    /// A configuration with PEFT's defaults.
    public init() {}
}
