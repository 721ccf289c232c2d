import Examples
import Training

/// Training that could not go on, with the example that is to blame.
public struct StoppedTraining: Error, CustomStringConvertible {
    /// A sentence: the example, what was found, what to do.
    public let description: String

    init(
        _ error: TrainingError, _ data: TrainedData, run: String? = nil, step: Int = 0
    ) {
        func place(_ example: Int) -> String {
            "\(data.path), line \(data.items[example].line) (id \(data.items[example].id))"
        }
        let kept =
            step > 0 && run != nil
            ? " The state after step \(step) is kept in \(run ?? "")/checkpoints." : " No step was taken."
        description =
            switch error {
            case .notFinite(let step, let example, let what):
                "\(place(example)): in step \(step) its \(what) is no finite number; look at the example, and "
                    + "lower the learning rate if losses grew before.\(kept)"
            case .lossIsZero(let step, let example):
                "\(place(example)): in step \(step) the loss of this and all other examples is exactly 0, so nothing is "
                    + "learned; look at what is supervised.\(kept)"
            case .stopped: "The training was asked to stop.\(kept)"
            case .nothingSupervised(let example):
                "\(place(example)): it has no supervised token; give it an answer, or leave it out.\(kept)"
            }
    }
}
