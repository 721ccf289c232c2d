import Kernels
public import Statistics
public import Transformers

/// A module's robustness under one perturbation: means over its seeds.
public struct ModuleFigures: Sendable {
    /// The module.
    public let place: ProjectionPlace
    /// The accuracy of the model as it is, less that of the perturbed one.
    public let drop: Double
    /// The standard deviation of the drop over seeds; nil of one seed.
    public let dropDeviation: Double?
    /// What the mean log-odds lose.
    public let logitFall: Double
    /// What a classifier fitted anew loses of its balanced accuracy.
    public let retrainedDrop: Double
    /// 1 − the cosine of final states with the unperturbed ones.
    public let turn: Double
    /// What the refusal margin loses, in nats; nil without openings.
    public let marginFall: Double?
    /// What the log-odds lose to first order: for what is drawn, the mean size of the change; nil without.
    public let firstOrder: Double?
    /// In what part of the seeds each test prompt of label 1 is still taken for 1: [prompt].
    public let taken: [Double]
}

extension RobustnessMeasurement {
    /// The modules' robustness under one of the perturbations, in the order of the model.
    public func summary(of perturbation: Perturbation) -> [ModuleFigures] {
        let own = modules.filter {
            $0.perturbation.name == perturbation.name && $0.perturbation.strength == perturbation.strength
        }
        let order = own.map(\.place).reduce(into: [ProjectionPlace]()) { if $0.last != $1 { $0.append($1) } }
        let groups = Dictionary(grouping: own, by: \.place)
        return order.map { place in
            let seeds = groups[place, default: []]
            func mean(_ figure: (PerturbedModule) -> Double) -> Double {
                seeds.reduce(0) { $0 + figure($1) } / Double(seeds.count)
            }
            let drops = seeds.map { start.accuracy - $0.outcome.accuracy }
            let middle = drops.reduce(0, +) / Double(drops.count)
            let squares = drops.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
            return ModuleFigures(
                place: place, drop: middle,
                dropDeviation: drops.count > 1 ? (squares / Double(drops.count - 1)).squareRoot() : nil,
                logitFall: mean { start.logit - $0.outcome.logit },
                retrainedDrop: mean { start.retrainedAccuracy - $0.outcome.retrainedAccuracy },
                turn: mean { 1 - $0.outcome.cosine },
                marginFall: start.margin.map { margin in mean { margin - ($0.outcome.margin ?? margin) } },
                firstOrder: seeds.contains { $0.firstOrder == nil }
                    ? nil
                    : perturbation.isDrawn
                        ? mean { abs($0.firstOrder ?? 0) } : mean { -($0.firstOrder ?? 0) },
                taken: start.decisions.indices.map { prompt in
                    mean { $0.outcome.decisions[prompt] > 0 ? 1 : 0 }
                })
        }
    }
}

/// The paper's patterns as statistics, each with a 95 % interval, and how far other measures agree with the frozen classifier.
public struct RobustnessPatterns: Sendable {
    /// Spearman's correlation of a module's drop with its layer: below 0 where earlier layers are the more sensitive.
    /// Layers are drawn.
    public let depth: Estimate
    /// The same of the log-odds' fall, which also moves where no prompt changes sides.
    public let depthOfLogit: Estimate
    /// The mean drop of queries and keys less that of the other types, layer by layer, with Student's interval; nil where a
    /// model has no such modules.
    public let queriesAndKeys: Estimate?
    /// The same of the log-odds' fall.
    public let queriesAndKeysOfLogit: Estimate?
    /// Spearman's correlations of the other measures with the drop, by name; layers are drawn.
    public let agreement: [(name: String, withDrop: Estimate, withLogit: Estimate)]

    /// - Parameters:
    ///   - modules: the robustness of each module.
    ///   - seed: of what is drawn.
    public init(of modules: [ModuleFigures], resamples: Int = 1000, seed: Int = 0) {
        func correlation(
            _ x: (ModuleFigures) -> Double, _ y: (ModuleFigures) -> Double
        ) -> Estimate {
            byLayer(modules, resamples: resamples, seed: seed) { spearman($0.map(x), $0.map(y)) }
        }
        depth = correlation({ Double($0.place.layer) }, \.drop)
        depthOfLogit = correlation({ Double($0.place.layer) }, \.logitFall)
        queriesAndKeys = contrast(modules, \.drop)
        queriesAndKeysOfLogit = contrast(modules, \.logitFall)
        var measures: [(String, (ModuleFigures) -> Double)] = [
            ("fall of the log-odds", \.logitFall), ("classifier fitted anew", \.retrainedDrop),
            ("1 − cosine", \.turn),
        ]
        if modules.allSatisfy({ $0.marginFall != nil }) {
            measures.append(("fall of the refusal margin", { $0.marginFall ?? 0 }))
        }
        if modules.allSatisfy({ $0.firstOrder != nil }) {
            measures.append(("first order", { $0.firstOrder ?? 0 }))
        }
        agreement = measures.map { name, measure in
            (name, correlation(measure, \.drop), correlation(measure, \.logitFall))
        }
    }
}

/// A statistic of modules with the interval that drawing layers, each with all its modules, gives.
private func byLayer(
    _ modules: [ModuleFigures], resamples: Int, seed: Int,
    _ statistic: ([ModuleFigures]) -> Double?
) -> Estimate {
    let layers = Dictionary(grouping: modules, by: \.place.layer).sorted { $0.key < $1.key }.map(\.value)
    let drawn = (0..<resamples).map { resample in
        let counts = drawnCounts(layers.count, seed: seed, resample: resample)
        return statistic(
            zip(layers, counts).flatMap { layer, count in (0..<Int(count)).flatMap { _ in layer } })
    }
    let known = drawn.compactMap(\.self)
    return Estimate(
        value: statistic(modules),
        interval: layers.count > 1 && known.count * 2 > drawn.count ? percentileInterval(known) : nil)
}

/// The mean of queries and keys less that of the other types, over the layers that have both.
private func contrast(_ modules: [ModuleFigures], _ figure: (ModuleFigures) -> Double) -> Estimate? {
    let layers = Dictionary(grouping: modules, by: \.place.layer).sorted { $0.key < $1.key }.map(\.value)
    var (others, own) = ([Double](), [Double]())
    for layer in layers {
        let (these, those) = (
            layer.filter(\.place.role.isQueryOrKey), layer.filter { !$0.place.role.isQueryOrKey }
        )
        guard !these.isEmpty, !those.isEmpty else { continue }
        own.append(these.map(figure).reduce(0, +) / Double(these.count))
        others.append(those.map(figure).reduce(0, +) / Double(those.count))
    }
    return own.isEmpty ? nil : PairedChange(before: others, after: own).change
}
