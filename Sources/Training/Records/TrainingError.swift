/// Why a step was not taken. The model is unchanged since the previous step.
public enum TrainingError: Error, Equatable {
    /// An example's loss or gradient is not finite.
    case notFinite(step: Int, example: Int, what: String)
    /// The loss of a step is exactly 0: nothing is left to learn, or nothing is supervised that can be wrong.
    case lossIsZero(step: Int, example: Int)
    /// It was asked to stop.
    case stopped
    /// An example has no supervised token.
    case nothingSupervised(example: Int)
}
