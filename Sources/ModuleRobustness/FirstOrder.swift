import Kernels
import LinearProbes
import Tensor
import Transformers

/// The gradient of the classifier's mean log-odds on the test prompts of label 1 by each module's weight, from one backward
/// pass over them: [module's path → numbers].
private func logitGradients(
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

/// What the mean log-odds change by to first order where a weight changes.
struct LogitSlopes: Sendable {
    private let gradients: [String: [Float]]
    /// The product of each gradient with the weight as it is.
    private let start: [String: Double]

    init(
        of model: Decoder, _ classifier: LinearClassifier, on prompts: [BehaviourPrompt],
        _ modules: [ProjectionPlace], _ settings: RobustnessSettings
    ) {
        let gradients = logitGradients(of: model, classifier, on: prompts, modules, settings)
        self.gradients = gradients
        start = Dictionary(
            uniqueKeysWithValues: gradients.map { ($0.key, product(of: $0.value, with: $0.key, in: model)) })
    }

    /// Σ gradient · (W′ − W) of a module in another state of the model.
    func change(of path: String, to changed: Decoder) -> Double? {
        guard let gradient = gradients[path], let start = start[path] else { return nil }
        return product(of: gradient, with: path, in: changed) - start
    }
}

/// Σ numbers · weight, of a module's weight.
private func product(of numbers: [Float], with path: String, in model: Decoder) -> Double {
    var (copy, sum) = (model, 0.0)
    copy.visitProjections { name, projection in
        guard name == path else { return }
        let weight = projection.effectiveWeight.elements
        sum = numbers.indices.reduce(0.0) { $0 + Double(numbers[$1]) * Double(weight[$1]) }
    }
    return sum
}
