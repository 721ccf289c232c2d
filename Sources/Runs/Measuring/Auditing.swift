import Statistics
import GradAttrib
import HeadActivation
import Kernels
import Reports

extension Attributing {
    /// The ladder over a measurement by the gate's gradient: integrated gradients of the strongest quarter of the heads,
    /// exact ablation of the `count` strongest of those, and both for as many random heads from outside the quarter.
    func audit(
        _ measurement: HeadMeasurement, of count: Int, by recipe: Recipe, baseline: Baseline
    ) async throws -> Audit {
        let size = measurement.grid.count
        let quarter = min(size, max(count, (size + 3) / 4))
        let strongest = measurement.pattern.strongest(quarter)
        var generator = SeededGenerator(seed: computing.seed, stream: 11)
        let others = (0..<size).filter { !strongest.contains($0) }.shuffled(using: &generator)
        let random = Array(others.prefix(count))
        let top = min(count, quarter)
        observer.remark(
            "audit: gate-ig of \(quarter) heads and \(random.count) random ones, then exact ablation of \(top) and "
                + "\(random.count)")
        let integrated = strongest + random
        var refined = recipe
        (refined.method, refined.baseline) = (.gateIG, baseline)
        let integrals = try await scores(by: refined, heads: integrated, called: "audit: \(refined.name)")
        let width = strongest.count
        let all = integrals.scores.signed.sums(over: 0..<measurement.examples) { abs($0) }
        let sizes = strongest.map { all[$0] }
        let order = (0..<width).sorted { (sizes[$1], $0) < (sizes[$0], $1) }.prefix(top)
        let ablated = order.map { strongest[$0] } + random
        refined.method = .ablation
        let exact = try await scores(by: refined, heads: ablated, called: "audit: \(refined.name)")
        return Audit(
            integrated: integrated, integrals: integrals.scores.signed.columns(integrated), ablated: ablated,
            effects: exact.scores.signed.columns(ablated), strongest: top, baseline: baseline.rawValue,
            points: recipe.points, completenessError: integrals.completeness?.error ?? .nan)
    }

    /// The strongest heads and as many random ones, switched off one by one on the first examples: how often the sign of a
    /// score is that of what happens. 16 and 16 heads on 16 examples, or fewer, so that it costs less than a fifth of the
    /// measurement; nil where 4 and 4 heads on 8 examples cost more.
    func smallAudit(_ measurement: HeadMeasurement, by recipe: Recipe) async throws -> Audit? {
        let (layers, size) = (measurement.layers, measurement.grid.count)
        let ranked = measurement.pattern.strongest(16)
        var generator = SeededGenerator(seed: computing.seed, stream: 12)
        let others = (0..<size).filter { !ranked.contains($0) }.shuffled(using: &generator)
        // A forward pass from the head's layer on, against one with its way back, which takes twice as long.
        let sizes = [(16, 16), (8, 16), (4, 16), (4, 8)].map { heads, examples in
            let (strongest, some) = (ranked.prefix(heads), probes.prefix(examples))
            let ablated = strongest + others.prefix(heads)
            let passes = ablated.reduce(0.0) {
                $0 + Double(layers - measurement.grid.place($1).layer) / Double(layers)
            }
            let cost = passes * Double(some.count) / 3 / Double(measurement.examples)
            return (strongest: strongest, ablated: Array(ablated), some: Array(some), cost: cost)
        }
        guard let (strongest, ablated, some, cost) = sizes.first(where: { $0.cost < 0.2 }) else { return nil }
        observer.remark(
            "audit: \(strongest.count) strongest and \(ablated.count - strongest.count) random heads, switched off on "
                + "\(some.count) examples, about \(percent(cost, decimals: 0)) of the run"
        )
        var exact = recipe
        (exact.method, exact.baseline) = (.ablation, .mean)
        let found = try await Attributing(self, some).scores(
            by: exact, heads: ablated, called: "audit: \(exact.name)")
        return Audit(
            integrated: [], integrals: [], ablated: ablated,
            effects: found.scores.signed.columns(ablated), strongest: strongest.count,
            baseline: Baseline.mean.rawValue, points: 0,
            completenessError: .nan)
    }
}
