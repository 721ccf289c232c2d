import Kernels
import Tensor
public import Transformers

/// Fine-tunes a model, step by step.
///
/// What a step minimises is given by an objective: for supervised training, the sum of token losses over the number
/// of supervised tokens, however the examples are packed. All randomness of a step follows from the seed and the
/// step's number, so a trainer that gets the weights and moments of some step continues the run that made them.
public struct Trainer: Sendable {
    /// The model, with the weights trained so far.
    public private(set) var model: Decoder
    /// Steps taken.
    public private(set) var step = 0
    /// The optimizer, with its moments.
    public internal(set) var optimizer: AdamW
    /// The order of the examples.
    public let order: ExampleOrder

    /// What is minimised. May be set to another of the same items, such as a preference whose reference is now known.
    public var objective: TrainingObjective
    let learningRate: @Sendable (_ weight: String, _ step: Int) -> Double
    /// The factors on the learning rate; nil: 1 for all.
    public let rates: ModuleRates?
    let clipNorm: Float
    let seed: Int
    let packTokens: Int
    let workers: Int
    /// The names of the weights that are trained in some step, in visiting order, in which sums are taken.
    public let trained: [String]
    private var withoutGradient: Set<String>

    /// A trainer of the model's adapters if it has any, with the weights that are saved with them, otherwise of all its
    /// weights.
    ///
    /// - Parameters:
    ///   - model: The model to train.
    ///   - objective: What is minimised over which data; each sequence has a supervised token.
    ///   - order: Which examples each step takes; of as many as the objective has items.
    ///   - optimizer: AdamW, with its moments where a run is continued.
    ///   - rates: Factors on it by module and step; a weight with the factor 0 has no gradient in a step and stays as
    ///     it is, with its moments. nil: 1 for all.
    ///   - clipNorm: The global gradient norm is clipped to this value; 0 turns clipping off.
    ///   - seed: Random seed of the dropout in each step.
    ///   - packTokens: Tokens computed together by a worker; memory grows with it.
    ///   - workers: Packs computed at a time.
    ///   - learningRate: The rate of a weight, by its name in the model's files, in a step counted from 1.
    public init(
        _ model: Decoder, minimizing objective: TrainingObjective, order: ExampleOrder, optimizer: AdamW,
        rates: ModuleRates? = nil, clipNorm: Float = 0, seed: Int = 0, packTokens: Int, workers: Int,
        learningRate: @escaping @Sendable (_ weight: String, _ step: Int) -> Double
    ) throws(TrainingError) {
        let items = objective.items
        precondition(order.count == items.count, "an order of \(order.count) of \(items.count)")
        if objective.readsTargets,
            let empty = items.firstIndex(where: { $0.contains { $0.targetCount == 0 } })
        {
            throw .nothingSupervised(example: empty)
        }
        var (model, names) = (model, [String]())
        let (hasAdapters, saved) = (model.hasAdapters, model.savedWithPairs)
        model.visitWeights { name, weight in
            guard !hasAdapters || isAdapter(name) || saved.contains(name), rates?.trains(name) ?? true else {
                return
            }
            names.append(name)
            if case .stored(let matrix) = weight {
                weight = .tensor(Tensor(matrix.expanded(), shape: weight.shape))
            }
        }
        (self.model, self.objective, self.order, self.optimizer) = (model, objective, order, optimizer)
        (self.clipNorm, self.seed, self.learningRate, self.rates) = (clipNorm, seed, learningRate, rates)
        (self.packTokens, self.workers) = (packTokens, workers)
        trained = names
        withoutGradient = Set(names)
    }

    /// A supervised trainer: of the sum of token losses over the number of supervised tokens in a step.
    public init(
        _ model: Decoder, on sequences: [TokenSequence], order: ExampleOrder, optimizer: AdamW,
        clipNorm: Float = 0, seed: Int = 0, packTokens: Int, workers: Int,
        learningRate: @escaping @Sendable (_ weight: String, _ step: Int) -> Double
    ) throws(TrainingError) {
        try self.init(
            model, minimizing: .supervised(sequences), order: order, optimizer: optimizer, clipNorm: clipNorm,
            seed: seed, packTokens: packTokens, workers: workers, learningRate: learningRate)
    }

    /// Takes a step.
    ///
    /// - Parameters:
    ///   - isStopped: Asked while gradients are computed; true abandons the step, and the trainer stays as it was.
    ///   - probing: Creates the probe of each pack.
    public mutating func takeStep(
        unless isStopped: (@Sendable () -> Bool)? = nil, probing: (@Sendable (Batch) -> StepProbe)? = nil
    ) async throws(TrainingError) -> StepReport {
        let number = step + 1
        let examples = order.examples(step: number)
        let size = examples.reduce(0) { $0 + objective.sizes[$1] }
        let found = try await gradients(
            of: examples, step: number, weight: 1 / Float(size), unless: isStopped, probing)
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
                rate: learningRate(name, number) * (rates?.factor(of: name, step: number) ?? 1))
            weight = .tensor(Tensor(values, shape: shape))
        }
        step = number
        return StepReport(
            step: number, examples: examples,
            losses: examples.map {
                Float(found.losses[$0, default: .nan] / Double(objective.sizes[$0]))
            },
            loss: Float(examples.reduce(0) { $0 + found.losses[$1, default: .nan] } / Double(size)),
            gradientNorm: Float(norm),
            tokens: examples.reduce(0) { $0 + objective.items[$1].reduce(0) { $0 + $1.ids.count } },
            supervisedTokens: examples.reduce(0) {
                $0 + objective.items[$1].reduce(0) { $0 + $1.targetCount }
            },
            size: size,
            figures: found.figures.mapValues { figures in
                examples.reduce(0) { $0 + figures[$1, default: .nan] } / Double(examples.count)
            },
            probed: found.probed,
            withoutGradient: withoutGradient.filter { optimizer.counts[$0] != nil }.sorted())
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
