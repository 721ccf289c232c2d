import Kernels

/// Adam with weight decay apart from the gradient, its state in single precision.
///
/// Only weights of two dimensions decay: norms and biases do not.
///
/// - Source: Loshchilov and Hutter 2019, algorithm 2, with the rate also before the decay, as PyTorch has it.
public struct AdamW: Sendable {
    /// How slowly the means forget.
    public let betas: (mean: Float, square: Float)
    /// Keeps the root of a small square from being divided by.
    public let epsilon: Float
    /// The share of itself that a matrix loses in a step, times the learning rate.
    public let weightDecay: Float
    /// Running means of each weight's gradient.
    var means: [String: [Float]] = [:]
    /// Running means of its square.
    var squares: [String: [Float]] = [:]

    /// An optimizer that has not taken a step.
    public init(betas: (Float, Float) = (0.9, 0.999), epsilon: Float = 1e-8, weightDecay: Float = 0) {
        (self.betas, self.epsilon, self.weightDecay) = (betas, epsilon, weightDecay)
    }

    /// A weight after one step.
    ///
    /// - Parameters:
    ///   - gradient: As many numbers; multiplied by `clip` before use.
    ///   - count: Steps, this one included.
    mutating func updated(
        _ name: String, _ weight: [Float], isMatrix: Bool, gradient: [Float], clip: Float, rate: Double,
        count: Int
    ) -> [Float] {
        let step = AdamWStep(
            rate: Float(rate), decay: isMatrix ? weightDecay : 0, beta1: betas.mean, beta2: betas.square,
            epsilon: epsilon, count: count)
        func zeros() -> [Float] { [Float](repeating: 0, count: weight.count) }
        return adamW(
            weight, gradient: gradient, clip: clip, mean: &means[name, default: zeros()],
            square: &squares[name, default: zeros()], step)
    }
}
