/// Why a step was not taken. The model is as the step before left it.
public enum TrainingError: Error, Equatable {
    /// An example's loss, or a gradient that it causes, is no finite number.
    case notFinite(step: Int, example: Int, what: String)
    /// The loss of a step is exactly 0: nothing is left to learn, or nothing is supervised that can be wrong.
    case lossIsZero(step: Int, example: Int)
    /// It was asked to stop.
    case stopped
    /// An example has no supervised token.
    case nothingSupervised(example: Int)
}
