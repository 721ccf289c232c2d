import Kernels
import Tensor
public import Transformers

/// Fine-tunes a model, step by step.
///
/// The loss of a step is the mean over its supervised tokens, however its examples are packed. All random
/// numbers of a step depend on the seed and the step's number alone, so a trainer with the weights and
/// moments of a step continues exactly as the one that made them.
public struct Trainer: Sendable {
    /// The model, with the weights trained so far.
    public private(set) var model: Decoder
    /// Steps taken.
    public private(set) var step = 0
    /// The optimizer, with its moments.
    public internal(set) var optimizer: AdamW
    /// The order of the examples.
    public let order: ExampleOrder

    let sequences: [TokenSequence]
    let learningRate: @Sendable (_ weight: String, _ step: Int) -> Double
    let clipNorm: Float
    let seed: Int
    let packTokens: Int
    let workers: Int
    /// The names of the trained weights, in visiting order, in which sums are taken.
    public let trained: [String]
    private var withoutGradient: Set<String>

    /// A trainer of the model's adapters if it has any, otherwise of all its weights.
    ///
    /// - Parameters:
    ///   - sequences: The data, each with a supervised token.
    ///   - learningRate: The learning rate for a weight's name (in the model's files) and a step, counted
    ///     from 1.
    ///   - clipNorm: The global gradient norm to clip to; 0 for no clipping.
    ///   - packTokens: Tokens per pack; memory grows with it.
    ///   - workers: Packs computed in parallel.
    public init(
        _ model: Decoder, on sequences: [TokenSequence], order: ExampleOrder, optimizer: AdamW,
        clipNorm: Float = 0, seed: Int = 0, packTokens: Int, workers: Int,
        learningRate: @escaping @Sendable (_ weight: String, _ step: Int) -> Double
    ) throws(TrainingError) {
        precondition(order.count == sequences.count, "an order of \(order.count) of \(sequences.count)")
        if let empty = sequences.firstIndex(where: { $0.targetCount == 0 }) {
            throw .nothingSupervised(example: empty)
        }
        var (model, names) = (model, [String]())
        let hasAdapters = model.hasAdapters
        model.visitWeights { name, weight in
            guard !hasAdapters || isAdapter(name) else { return }
            names.append(name)
            if case .stored(let matrix) = weight {
                weight = .tensor(Tensor(matrix.expanded(), shape: weight.shape))
            }
        }
        (self.model, self.sequences, self.order, self.optimizer) = (model, sequences, order, optimizer)
        (self.clipNorm, self.seed, self.learningRate) = (clipNorm, seed, learningRate)
        (self.packTokens, self.workers) = (packTokens, workers)
        trained = names
        withoutGradient = Set(names)
    }

    /// Takes a step.
    ///
    /// - Parameter probing: Makes what each pack is probed with.
    public mutating func takeStep(
        probing: (@Sendable (Batch) -> StepProbe)? = nil
    ) async throws(TrainingError) -> StepReport {
        let number = step + 1
        let examples = order.examples(step: number)
        let supervised = examples.reduce(0) { $0 + sequences[$1].targetCount }
        let found = await gradients(of: examples, step: number, weight: 1 / Float(supervised), probing)
        let norm = trained.reduce(0) { $0 + sumOfSquares(found.weights[$1, default: []]) }.squareRoot()
        try await check(found, norm, examples, step: number)
        withoutGradient = withoutGradient.filter { name in
            found.weights[name].map { sumOfSquares($0) == 0 } ?? true
        }
        let clip = clipNorm > 0 ? min(1, clipNorm / (Float(norm) + 1e-6)) : 1
        model.visitWeights { name, weight in
            guard let gradient = found.weights[name] else { return }
            let shape = weight.shape
            let values = optimizer.updated(
                name, weight.tensor.elements, isMatrix: shape.axes.count > 1, gradient: gradient, clip: clip,
                rate: learningRate(name, number), count: number)
            weight = .tensor(Tensor(values, shape: shape))
        }
        step = number
        return StepReport(
            step: number, examples: examples,
            losses: examples.map {
                Float(found.losses[$0, default: .nan] / Double(sequences[$0].targetCount))
            },
            loss: Float(examples.reduce(0) { $0 + found.losses[$1, default: .nan] } / Double(supervised)),
            gradientNorm: Float(norm), tokens: examples.reduce(0) { $0 + sequences[$1].ids.count },
            supervisedTokens: supervised, probed: found.probed, withoutGradient: withoutGradient.sorted())
    }

    /// Continues after a step, with its moments.
    mutating func go(on step: Int, with moments: AdamW) {
        self.step = step
        optimizer = moments
        withoutGradient = []
    }
}

/// Whether a weight belongs to an adapter.
func isAdapter(_ name: String) -> Bool {
    name.hasSuffix(".lora_A.weight") || name.hasSuffix(".lora_B.weight")
}
