import Kernels
import LinearProbes
public import Statistics
import Tensor
public import Transformers

/// What happens when modules that are robust one by one are perturbed together.
public struct JointRobustness: Sendable {
    /// The modules.
    public let modules: [ProjectionPlace]
    /// The accuracy of the model as it is, less that with all of them perturbed; mean over seeds.
    public let drop: Double
    /// The sum of their own drops.
    public let sum: Double
    /// `drop` − `sum`, with the interval that drawing test prompts gives: above 0 where they are sensitive together.
    public let excess: Estimate
}

extension RobustnessMeasurement {
    /// Perturbs together the modules whose own drop is at most `tolerance`; nil where there are none.
    nonisolated(nonsending) public func joint(
        of model: Decoder, on prompts: [BehaviourPrompt], _ perturbation: Perturbation, tolerance: Double,
        _ settings: RobustnessSettings, resamples: Int = 1000, seed: Int = 0
    ) async throws(RobustnessError) -> JointRobustness? {
        let robust = summary(of: perturbation).filter { $0.drop <= tolerance }
        guard !robust.isEmpty else { return nil }
        let check = try await JointCheck(model, on: prompts, perturbation, settings)
        let taken = await check.taken(with: Set(robust.map(\.place.path)))
        let count = start.decisions.count
        let whole = start.decisions.map { $0 > 0 ? 1.0 : 0 }
        /// The excess drop of each prompt; means over prompts are those of accuracies.
        let excesses = (0..<count).map { prompt in
            var excess = whole[prompt] - taken[prompt]
            for module in robust { excess -= whole[prompt] - module.taken[prompt] }
            return excess
        }
        func mean(_ counts: [Int32]) -> Double {
            var sum = 0.0
            for (excess, times) in zip(excesses, counts) { sum += excess * Double(times) }
            return sum / Double(count)
        }
        let drawn = (0..<resamples).map { mean(drawnCounts(count, seed: seed, resample: $0)) }
        let middle = excesses.reduce(0, +) / Double(count)
        return JointRobustness(
            modules: robust.map(\.place),
            drop: start.accuracy - taken.reduce(0, +) / Double(count),
            sum: robust.reduce(0) { $0 + $1.drop },
            excess: Estimate(value: middle, interval: count > 1 ? percentileInterval(drawn) : nil))
    }
}

/// Passes with several modules perturbed at once, over the test prompts of label 1.
struct JointCheck: Sendable {
    let model: Decoder
    let passes: BehaviourPasses
    let judge: BehaviourJudge
    let perturbation: Perturbation
    let seeds: Int
    let workers: Int
    /// The streams that enter each layer of the model as it is: [layer][pack].
    let streams: [[Tensor]]
    private let layers: [String: Int]

    /// Fits the classifier, and computes what enters each layer.
    nonisolated(nonsending) init(
        _ model: Decoder, on prompts: [BehaviourPrompt], _ perturbation: Perturbation,
        _ settings: RobustnessSettings
    ) async throws(RobustnessError) {
        try prompts.requireBothKinds()
        let all = BehaviourPasses(prompts, openings: nil, model: model, packTokens: settings.packTokens)
        let start = await all.reading(
            of: model, resuming: 0, all.packs.map { model.stream(entering: $0.rows) },
            workers: settings.workers)
        judge = BehaviourJudge(prompts, start, l2: settings.l2)
        let positive = prompts.filter { $0.isTest && $0.isPositive }
        let own = BehaviourPasses(
            positive, openings: nil, model: model, packTokens: settings.packTokens)
        var (entering, streams) = (own.packs.map { model.stream(entering: $0.rows) }, [[Tensor]]())
        for layer in 0..<model.layers {
            streams.append(
                await own.advance(model, through: layer, &entering, workers: settings.workers).entered)
        }
        (self.model, self.perturbation, self.streams, passes) = (model, perturbation, streams, own)
        (seeds, workers) = (perturbation.isDrawn ? settings.seeds : 1, settings.workers)
        layers = Dictionary(uniqueKeysWithValues: model.projections.map { ($0.path, $0.layer) })
    }

    /// The accuracy of the model as it is.
    var startAccuracy: Double {
        let rows = judge.prompts.indices.filter { judge.prompts[$0].isTest && judge.prompts[$0].isPositive }
        let decisions = judge.classifier.decisions(judge.start.final.rows(rows))
        return Double(decisions.count { $0 > 0 }) / Double(decisions.count)
    }

    /// In what part of the seeds each prompt is taken for 1 with some modules perturbed: [prompt].
    nonisolated(nonsending) func taken(with paths: Set<String>) async -> [Double] {
        let lowest = paths.compactMap { layers[$0] }.min() ?? 0
        var sums = [Double](repeating: 0, count: passes.prompts.count)
        await Packs(each: seeds).forEach(workers: workers) { seed in
            let changed = model.perturbed(paths, by: perturbation, seed: seed[0])
            let found = zip(passes.packs, streams[lowest]).map {
                changed.reading($0.rows, resuming: lowest, stream: $1)
            }
            return judge.classifier.decisions(passes.reading(found).final).map { $0 > 0 ? 1.0 : 0 }
        } deliver: { _, taken in
            for (prompt, value) in taken.enumerated() { sums[prompt] += value / Double(seeds) }
        }
        return sums
    }
}
