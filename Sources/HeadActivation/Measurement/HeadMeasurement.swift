public import Statistics

/// The scores of all heads of a model on the examples of a task, at one checkpoint.
///
/// - Source: Zhao et al., ACL 2025 long 831, equation 2; the absolute value of each example's score follows the
///   authors' code, which the equation as printed omits.
public struct HeadMeasurement: Sendable, Equatable {
    /// What the data asks of the model, such as `gsm8k`.
    public let task: String
    /// Which state of the model, such as `base` or `step-000050`.
    public let checkpoint: String
    /// The number of layers.
    public let layers: Int
    /// The number of query heads of a layer.
    public let heads: Int
    /// ∂loss/∂ξ of each example and head's gate ξ: [example, layer, head]. Negative: the head helps.
    public let signed: [Float]
    /// The loss that was differentiated, in nats: [example].
    public let loss: [Float]
    /// The scores of each layer's modules, where they were asked for.
    public var modules: ModuleMeasurement?
    /// What goes through an adapter in attention's projections; empty where there is none: [projection].
    public var adapter: [AdapterMeasurement] = []
    /// The examples' names: [example].
    public let ids: [String]
    /// The tokens of each example: [example].
    public let tokens: [Int32]
    /// The tokens of each example that the loss counts: [example].
    public let supervisedTokens: [Int32]
    /// What it was made from.
    public let provenance: Provenance
    /// Which positions carry the scores: [token, layer, head], one example's tokens after the other's; their sum over
    /// an example is `signed`. Nil where nobody asked for it.
    public var tokenScores: [Float]?
    /// What tells how far to trust the scores; nil where nobody asked for it.
    public var audit: Audit?

    /// Holds the scores of at least one example; all arrays have one entry for each example, `signed` one for each
    /// example, layer and head.
    public init(
        task: String, checkpoint: String, layers: Int, heads: Int, signed: [Float], loss: [Float],
        ids: [String],
        tokens: [Int32], supervisedTokens: [Int32], provenance: Provenance
    ) {
        let counts = [loss.count, ids.count, tokens.count, supervisedTokens.count]
        precondition(
            !ids.isEmpty && layers > 0 && heads > 0 && counts.allSatisfy { $0 == ids.count }
                && signed.count == ids.count * HeadGrid(layers: layers, heads: heads).count,
            "\(signed.count) scores for \(counts) examples of \(layers) layers and \(heads) heads")
        self.task = task
        self.checkpoint = checkpoint
        self.layers = layers
        self.heads = heads
        self.signed = signed
        self.loss = loss
        self.ids = ids
        self.tokens = tokens
        self.supervisedTokens = supervisedTokens
        self.provenance = provenance
    }

    /// The number of examples.
    public var examples: Int { ids.count }

    /// The scores of one example: [layer, head].
    public func scores(ofExample example: Int) -> ArraySlice<Float> {
        scores[example: example]
    }

    /// The layers and heads.
    public var grid: HeadGrid { HeadGrid(layers: layers, heads: heads) }

    /// ``signed`` with its shape.
    public var scores: HeadArray<Float> { HeadArray(signed, grid) }
}
