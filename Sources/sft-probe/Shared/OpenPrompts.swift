import Examples
import Runs

/// The prompts or texts of a file as tokens; what was left out or cut is said.
func openPrompts(
    _ path: String, _ reading: DataReading, _ open: OpenModel, _ options: RunOptions
) throws -> [StateSequence] {
    try reading.plan.texts(of: path, open, options.computing, options.observer)
}
