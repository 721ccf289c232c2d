import Kernels

/// AdamW: Adam with decoupled weight decay. Its state is fp32.
///
/// Only matrices decay, not norms and biases.
///
/// - Source: Loshchilov and Hutter 2019, algorithm 2, with the rate also before the decay, as PyTorch has it.
public struct AdamW: Sendable {
    /// β₁ and β₂, the decay rates of the moments.
    public let betas: (mean: Float, square: Float)
    /// ε, added to the denominator.
    public let epsilon: Float
    /// Decoupled weight decay, of matrices only.
    public let weightDecay: Float
    /// First moments: running means of each weight's gradient.
    var means: [String: [Float]] = [:]
    /// Second moments: running means of its square.
    var squares: [String: [Float]] = [:]
    /// The steps that each weight has taken; bias correction counts these.
    var counts: [String: Int] = [:]

    /// An optimizer that has not taken a step.
    public init(betas: (Float, Float) = (0.9, 0.999), epsilon: Float = 1e-8, weightDecay: Float = 0) {
        (self.betas, self.epsilon, self.weightDecay) = (betas, epsilon, weightDecay)
    }

    /// A weight after one step.
    ///
    /// - Parameters:
    ///   - gradient: The gradient, as many numbers; multiplied by `clip` first.
    mutating func updated(
        _ name: String, _ weight: [Float], isMatrix: Bool, gradient: [Float], clip: Float, rate: Double
    ) -> [Float] {
        counts[name, default: 0] += 1
        let step = AdamWStep(
            rate: Float(rate), decay: isMatrix ? weightDecay : 0, beta1: betas.mean, beta2: betas.square,
            epsilon: epsilon, count: counts[name, default: 1])
        func zeros() -> [Float] { [Float](repeating: 0, count: weight.count) }
        return adamW(
            weight, gradient: gradient, clip: clip, mean: &means[name, default: zeros()],
            square: &squares[name, default: zeros()], step)
    }
}
