import Kernels
import LinearProbes
import Tensor
import Transformers

/// The gradient of the classifier's mean log-odds on the test prompts of label 1 by each module's weight, from one backward
/// pass over them: [module's path → numbers].
func logitGradients(
    of model: Decoder, _ classifier: LinearClassifier, on prompts: [BehaviourPrompt],
    _ modules: [ProjectionPlace], _ settings: RobustnessSettings
) -> [String: [Float]] {
    let (wanted, positive) = (Set(modules.map(\.path)), prompts.filter { $0.isTest && $0.isPositive })
    var (tracked, paths, leaves) = (model, [String](), [Tensor]())
    tracked.visitProjections { path, projection in
        guard wanted.contains(path) else { return }
        let leaf = projection.effectiveWeight.tracked()
        (projection.weight, projection.adapter) = (.tensor(leaf), nil)
        paths.append(path)
        leaves.append(leaf)
    }
    let direction = Weight.tensor(
        Tensor(classifier.weights.map(Float.init), shape: [1, classifier.weights.count]))
    var sums: [String: [Float]] = [:]
    for (_, rows) in model.packedRows(
        of: positive.map { Continuations(prompt: $0.ids, options: []) }, tokens: settings.packTokens)
    {
        let final = tracked.reading(rows, stream: tracked.stream(entering: rows)).final
        let mean = final.linear(direction).sum().scaled(by: 1 / Float(positive.count))
        for (path, gradient) in zip(paths, mean.gradients(of: leaves)) {
            if sums[path] == nil {
                sums[path] = gradient.elements
            } else {
                accumulate(gradient.elements, into: &sums[path]!)
            }
        }
    }
    return sums
}

extension Decoder {
    /// How far a module's weight differs from that of another model, along a direction: Σ direction · (own − other).
    func change(of path: String, from other: Decoder, along direction: [Float]) -> Double {
        func weight(_ model: Decoder) -> [Float] {
            var (copy, found) = (model, [Float]())
            copy.visitProjections { name, projection in
                if name == path { found = projection.effectiveWeight.elements }
            }
            return found
        }
        let (now, before) = (weight(self), weight(other))
        return direction.indices.reduce(0.0) {
            $0 + Double(direction[$1]) * (Double(now[$1]) - Double(before[$1]))
        }
    }
}
