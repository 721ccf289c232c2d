import Kernels
import Tensor
public import Transformers

/// Fine-tunes a model, step by step.
///
/// The loss of a step is the sum of its token losses over the number of its supervised tokens, however its examples
/// are packed. All that a step draws follows from the seed and the step's number, so a trainer that is given the
/// weights and moments of some step goes on as the one that made them.
public struct Trainer: Sendable {
    /// The model, with the weights trained so far.
    public private(set) var model: Decoder
    /// Steps taken.
    public private(set) var step = 0
    /// Holds the moments.
    public internal(set) var optimizer: AdamW
    /// Which examples steps take.
    public let order: ExampleOrder

    let sequences: [TokenSequence]
    let learningRate: @Sendable (_ weight: String, _ step: Int) -> Double
    let clipNorm: Float
    let seed: Int
    let packTokens: Int
    let workers: Int
    /// The names of the weights that are trained, in the order of a visit, which sums follow.
    public let trained: [String]
    private var withoutGradient: Set<String>

    /// A trainer of a model's adapters where it has some, else of all its weights.
    ///
    /// - Parameters:
    ///   - sequences: The data, each with a supervised token.
    ///   - learningRate: The rate of a weight, by its name in the model's files, in a step counted from 1.
    ///   - clipNorm: The longest gradient that a step follows as it is; 0 for any.
    ///   - packTokens: Tokens computed together by a worker; memory grows with it.
    ///   - workers: Packs computed at a time.
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
    /// - Parameters:
    ///   - isStopped: Whether to give the step up, asked while gradients are computed; the trainer is then as before it.
    ///   - probing: Makes what each pack is probed with.
    public mutating func takeStep(
        unless isStopped: (@Sendable () -> Bool)? = nil, probing: (@Sendable (Batch) -> StepProbe)? = nil
    ) async throws(TrainingError) -> StepReport {
        let number = step + 1
        let examples = order.examples(step: number)
        let supervised = examples.reduce(0) { $0 + sequences[$1].targetCount }
        let found = try await gradients(
            of: examples, step: number, weight: 1 / Float(supervised), unless: isStopped, probing)
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

    /// Goes on after a step with the moments of then.
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
