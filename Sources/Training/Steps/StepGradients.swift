import Kernels
import Tensor
import Transformers

/// The sums of a step over its packs, added in the packs' order whatever their timing.
struct StepGradients: Sendable {
    /// The loss of each example, not yet divided.
    var losses: [Int: Double] = [:]
    /// What else the objective reports of each example, by name.
    var figures: [String: [Int: Double]] = [:]
    /// The gradient of each trained weight.
    var weights: [String: [Float]] = [:]
    var probed: [StepReport.Probed] = []

    mutating func add(_ other: StepGradients) {
        losses.merge(other.losses) { $1 }
        figures.merge(other.figures) { $0.merging($1) { $1 } }
        probed += other.probed
        guard !weights.isEmpty else {
            weights = other.weights
            return
        }
        for (name, gradient) in other.weights { accumulate(gradient, into: &weights[name]!) }
    }
}

extension Trainer {
    /// The same, given up where that is asked for meanwhile.
    func gradients(
        of examples: [Int], step: Int, weight: Float, unless isStopped: (@Sendable () -> Bool)?,
        _ probing: (@Sendable (Batch) -> StepProbe)?
    ) async throws(TrainingError) -> StepGradients {
        guard let isStopped else {
            return await gradients(of: examples, step: step, weight: weight, probing)
        }
        var computing = self
        computing.optimizer = AdamW()  // which is changed in place later, and must not be held twice then
        let found = await unlessStopped(isStopped) { [computing] in
            await computing.gradients(of: examples, step: step, weight: weight, probing)
        }
        guard let found else { throw .stopped }
        return found
    }

    /// The gradients of some examples' losses, each multiplied by `weight`.
    func gradients(
        of examples: [Int], step: Int, weight: Float, _ probing: (@Sendable (Batch) -> StepProbe)? = nil
    ) async -> StepGradients {
        var (tracked, leaves) = (model, [(name: String, tensor: Tensor)]())
        let trained = Set(trained.filter { rates?.factor(of: $0, step: step) != 0 })
        tracked.visitWeights { name, weight in
            guard trained.contains(name) else { return }
            let leaf = weight.tensor.tracked()
            leaves.append((name, leaf))
            weight = .tensor(leaf)
        }
        let packs = packs(of: examples)
        var (sum, early, next) = (StepGradients(), [Int: StepGradients](), 0)
        await packs.forEach(workers: workers) { [tracked, leaves] members in
            gradients(
                of: members.map { examples[$0] }, step: step, weight: weight, tracked, leaves, probing)
        } deliver: { members, found in
            early[members[0]] = found
            while next < packs.members.count, let found = early.removeValue(forKey: packs.members[next][0]) {
                sum.add(found)
                next += 1
            }
        }
        return sum
    }

    /// The same for one pack.
    private func gradients(
        of examples: [Int], step: Int, weight: Float, _ tracked: Decoder,
        _ leaves: [(name: String, tensor: Tensor)], _ probing: (@Sendable (Batch) -> StepProbe)?
    ) -> StepGradients {
        let batch = Batch(
            examples.flatMap { objective.items[$0] },
            dropoutSeeds: examples.flatMap { dropoutSeeds($0, step) })
        let probe = probing?(batch)
        let losses = objective.losses(
            ObjectivePass(
                model: tracked, items: examples, batch: batch, tap: probe?.tap ?? .none, weight: weight))
        let found = losses.differentiated.gradients(of: leaves.map(\.tensor) + (probe?.targets ?? []))
        var result = StepGradients()
        for (example, loss) in zip(examples, losses.losses) { result.losses[example] = loss }
        result.figures = losses.figures.mapValues {
            Dictionary(uniqueKeysWithValues: zip(examples, $0))
        }
        for (leaf, gradient) in zip(leaves, found) { result.weights[leaf.name] = gradient.elements }
        if probe != nil {
            result.probed = [
                StepReport.Probed(examples: examples, gradients: Array(found.dropFirst(leaves.count)))
            ]
        }
        return result
    }

    /// How a step's examples are gathered for workers.
    func packs(of examples: [Int]) -> Packs {
        let lengths = examples.map { objective.items[$0].reduce(0) { $0 + $1.ids.count } }
        return Packs(sharing: lengths, tokens: packTokens, workers: workers)
    }

    /// The seeds of what adapters drop of each of an example's sequences in a step.
    private func dropoutSeeds(_ example: Int, _ step: Int) -> [UInt64] {
        var generator = SeededGenerator(seed: seed &+ step &* 1_000_003, stream: example)
        return objective.items[example].map { _ in generator.next() }
    }

    /// Throws for a step whose loss or gradient is not finite (and names the example), or whose loss is
    /// exactly 0.
    func check(_ found: StepGradients, _ norm: Double, _ examples: [Int], step: Int)
        async throws(TrainingError)
    {
        for example in examples where !(found.losses[example] ?? .nan).isFinite {
            throw .notFinite(step: step, example: example, what: "loss")
        }
        if !norm.isFinite {
            for example in examples {
                let alone = await gradients(of: [example], step: step, weight: 1)
                guard alone.weights.values.allSatisfy({ sumOfSquares($0).isFinite }) else {
                    throw .notFinite(step: step, example: example, what: "gradient")
                }
            }
            throw .notFinite(step: step, example: examples[0], what: "sum of gradients")
        }
        if examples.allSatisfy({ found.losses[$0] == 0 }) {
            throw .lossIsZero(step: step, example: examples[0])
        }
    }
}
