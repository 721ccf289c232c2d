import Foundation

/// A learning-rate schedule: linear warm-up from 0, then constant, or decay to 0.
///
/// Equal to that of transformers step by step: the first step of a warm-up has the rate 0.
public struct Schedule: Sendable, Equatable {
    /// What follows the warm-up.
    public enum Shape: String, Sendable, CaseIterable, Codable {
        /// Constant.
        case constant
        /// Linear decay to 0.
        case linear
        /// Cosine decay to 0.
        case cosine
    }

    /// What follows the warm-up.
    public let shape: Shape
    /// Warm-up steps.
    public let warmupSteps: Int
    /// Steps of the run.
    public let steps: Int

    /// A schedule for a run of this many steps.
    public init(_ shape: Shape, warmupSteps: Int, steps: Int) {
        (self.shape, self.warmupSteps, self.steps) = (shape, warmupSteps, steps)
    }

    /// The factor on the peak learning rate in a step; steps are counted from 1.
    ///
    ///     (t − 1) / warm-up, then 1, or (steps − t + 1) / (steps − warm-up), or (1 + cos π·(t − 1 − warm-up) / (steps − warm-up)) / 2
    public func factor(step: Int) -> Double {
        let done = step - 1
        if done < warmupSteps { return Double(done) / Double(max(1, warmupSteps)) }
        let rest = Double(max(1, steps - warmupSteps))
        switch shape {
        case .constant: return 1
        case .linear: return max(0, Double(steps - done) / rest)
        case .cosine: return max(0, 0.5 * (1 + cos(.pi * Double(done - warmupSteps) / rest)))
        }
    }
}
