import Kernels
import LinearProbes
import Records
import Tensor
public import Transformers

/// How robustness is measured.
public struct RobustnessSettings: Sendable {
    /// How modules are perturbed, one after the other.
    public var perturbations: [Perturbation]
    /// Seeds of what is drawn, from 0; perturbations that draw nothing have one.
    public var seeds: Int
    /// The classifier's penalty.
    public var l2: Double
    /// Whether the change to first order is computed beside each perturbation.
    public var firstOrder: Bool
    /// Tokens that are computed together; memory grows with it.
    public var packTokens: Int
    /// Perturbed models that are computed at a time.
    public var workers: Int

    /// Settings; by default noise of a tenth of the norm, five seeds.
    public init(
        perturbations: [Perturbation] = [.noise(0.1)], seeds: Int = 5, l2: Double = 1,
        firstOrder: Bool = false,
        packTokens: Int, workers: Int
    ) {
        (self.perturbations, self.seeds, self.l2) = (perturbations, seeds, l2)
        (self.firstOrder, self.packTokens, self.workers) = (firstOrder, packTokens, workers)
    }

    /// Every perturbation with each of its seeds.
    var draws: [(perturbation: Perturbation, seed: Int)] {
        perturbations.flatMap { one in (0..<(one.isDrawn ? seeds : 1)).map { (one, $0) } }
    }
}

/// A module under one perturbation and seed.
public struct PerturbedModule: Sendable {
    /// The module.
    public let place: ProjectionPlace
    /// What was done to it.
    public let perturbation: Perturbation
    /// The seed of what was drawn.
    public let seed: Int
    /// What is seen of the behaviour.
    public let outcome: BehaviourOutcome
    /// The change of the mean log-odds to first order; nil where it was not asked for.
    public let firstOrder: Double?

    init(_ job: PerturbedJob, _ outcome: BehaviourOutcome, firstOrder: Double?) {
        (place, perturbation, seed) = (job.place, job.perturbation, job.seed)
        (self.outcome, self.firstOrder) = (outcome, firstOrder)
    }
}

/// The robustness of a model's modules.
public struct RobustnessMeasurement: Sendable {
    /// The model as it is.
    public let start: BehaviourOutcome
    /// Each module under each perturbation and seed, layer by layer.
    public let modules: [PerturbedModule]
    /// The part of the passes' layers that had to be computed.
    public let share: Double

    /// The lines of its file.
    public var lines: [RobustnessLine] {
        let whole = start.accuracy
        return [RobustnessLine(start, start: whole)]
            + modules.map { module in
                var line = RobustnessLine(module.outcome, start: whole)
                (line.module, line.perturbation) = (module.place.path, module.perturbation.name)
                (line.strength, line.seed) = (module.perturbation.strength, module.seed)
                line.firstOrder = module.firstOrder
                return line
            }
    }
}

/// Measures how a behaviour fares when one module after the other is perturbed.
///
/// A classifier is fitted to the final states of the training split, once, and frozen. For each module, perturbation and seed
/// the prompts pass the changed model. What lies below the module is computed once for all of a layer's, and attention's
/// products once for all that lie above them in the layer.
///
/// - Parameters:
///   - model: the model.
///   - prompts: both labels in both splits.
///   - openings: those of the refusal margin; nil for none.
///   - modules: the modules to perturb.
///   - settings: how.
///   - kept: where outcomes are kept as they come, and are known from; nil keeps none.
///   - progress: is told how many perturbed models are done since it was told last, and their tokens.
/// - Throws: where the prompts are of one kind, or an outcome cannot be kept.
/// - Source: *Mitigating the security risks of benign instruction tuning*, arXiv 2410.04524, whose perturbation is not told
///   in full; the state of the last token, and the three forms, are our reading.
nonisolated(nonsending) public func measureRobustness(
    of model: Decoder, on prompts: [BehaviourPrompt], openings: OpeningTokens? = nil,
    modules: [ProjectionPlace], _ settings: RobustnessSettings, keeping kept: KeptOutcomes? = nil,
    progress: (_ models: Int, _ tokens: Int) -> Void = { _, _ in }
) async throws(RobustnessError) -> RobustnessMeasurement {
    try prompts.requireBothKinds()
    let passes = BehaviourPasses(prompts, openings: openings, model: model, packTokens: settings.packTokens)
    var streams = passes.packs.map { model.stream(entering: $0.rows) }
    let start = await passes.reading(of: model, resuming: 0, streams, workers: settings.workers)
    let judge = BehaviourJudge(prompts, start, l2: settings.l2)
    let slopes =
        settings.firstOrder
        ? LogitSlopes(of: model, judge.classifier, on: prompts, modules, settings) : nil
    var found: [PerturbedModule] = []
    for layer in 0...(modules.map(\.layer).max() ?? 0) {
        let own = modules.filter { $0.layer == layer }
        let heads = await passes.advance(model, through: layer, &streams, workers: settings.workers)
        let (entered, below) = (heads.entered, heads.headOutputs)
        let jobs = own.flatMap { place in
            settings.draws.map { PerturbedJob(place: place, perturbation: $0.perturbation, seed: $0.seed) }
        }
        var outcomes = jobs.map { kept?.outcome(of: $0) }
        let missing = jobs.indices.filter { outcomes[$0] == nil }
        if missing.count < jobs.count { progress(jobs.count - missing.count, 0) }
        try await Packs(each: missing.count).forEach(workers: settings.workers) {
            (place) throws(RobustnessError) -> PerturbedModule in
            let job = jobs[missing[place[0]]]
            let path = job.place.path
            let changed = model.perturbed([path], by: job.perturbation, seed: job.seed)
            let packs = zip(passes.packs, zip(entered, below)).map { pack, states in
                changed.reading(
                    pack.rows, resuming: layer, stream: states.0,
                    headOutputs: job.place.role.isAfterHeads ? states.1 : nil)
            }
            return PerturbedModule(
                job, judge.outcome(passes.reading(packs)),
                firstOrder: slopes?.change(of: path, to: changed))
        } deliver: { (place, outcome) throws(RobustnessError) in
            do throws(RecordError) { try kept?.add(outcome) } catch { throw .file(error) }
            outcomes[missing[place[0]]] = outcome
            progress(1, passes.tokens)
        }
        found += outcomes.compactMap(\.self)
    }
    let layers = Double(model.layers)
    let share = modules.reduce(0.0) { $0 + (layers - Double($1.layer)) / layers }
    return RobustnessMeasurement(
        start: judge.outcome(start), modules: found,
        share: share / Double(max(1, modules.count)))
}

extension BehaviourPasses {
    /// What a model makes of the prompts, from the streams that enter a layer.
    nonisolated(nonsending) func reading(
        of model: Decoder, resuming layer: Int, _ streams: [Tensor], workers: Int
    ) async -> BehaviourReading {
        var readings = [PromptReading?](repeating: nil, count: packs.count)
        await Packs(each: packs.count).forEach(workers: workers) { pack in
            model.reading(packs[pack[0]].rows, resuming: layer, stream: streams[pack[0]])
        } deliver: {
            readings[$0[0]] = $1
        }
        return reading(readings.compactMap(\.self))
    }

    /// Takes the streams through a layer; what entered it, and its head outputs, are returned.
    nonisolated(nonsending) func advance(
        _ model: Decoder, through layer: Int, _ streams: inout [Tensor], workers: Int
    ) async -> (entered: [Tensor], headOutputs: [Tensor]) {
        let entered = streams
        var heads = streams
        await Packs(each: packs.count).forEach(workers: workers) { pack in
            let capture = Capture([.headOutput])
            let left = model.stream(
                entered[pack[0]], through: layer, of: packs[pack[0]].rows, tap: capture.tap)
            return (left, capture[Site(.headOutput, layer: layer)] ?? left)
        } deliver: { pack, found in
            (streams[pack[0]], heads[pack[0]]) = found
        }
        return (entered, heads)
    }
}
