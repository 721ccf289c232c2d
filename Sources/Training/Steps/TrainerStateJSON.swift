public import Records

/// The state of a run in the format of Hugging Face's `trainer_state.json`, for tools that plot its curves.
///
/// Keys, and their meaning, are those of transformers' `TrainerState`, which refuses a file with any other; those that
/// have no meaning here are left out and take its defaults. An entry of `log_history` is a step, or the evaluation
/// after it; unlike Hugging Face's, its `learning_rate` is the one that the step used, not the next step's.
public struct TrainerStateJSON: Encodable, Sendable {
    let epoch: Double
    let globalStep: Int
    let maxSteps: Int
    let numTrainEpochs: Int
    let trainBatchSize: Int
    let numInputTokensSeen: Int
    let saveSteps: Int
    let logHistory: [LogEntry]

    /// The state after the steps of a log, all from the first on.
    ///
    /// - Parameters:
    ///   - lines: The metrics of the steps.
    ///   - maxSteps: The planned number of steps.
    ///   - stepsPerEpoch: Steps per epoch.
    ///   - batchSize: Examples per step.
    ///   - checkpointEvery: Steps between two checkpoints.
    public init(
        lines: [MetricsLine], maxSteps: Int, stepsPerEpoch: Int, batchSize: Int, checkpointEvery: Int
    ) {
        let epochs = { (step: Int) in Double(step) / Double(stepsPerEpoch) }
        globalStep = lines.last?.step ?? 0
        epoch = epochs(globalStep)
        self.maxSteps = maxSteps
        numTrainEpochs = (maxSteps + stepsPerEpoch - 1) / stepsPerEpoch
        trainBatchSize = batchSize
        numInputTokensSeen = lines.reduce(0) { $0 + $1.tokens }
        saveSteps = checkpointEvery
        logHistory = lines.flatMap { line in
            let step = LogEntry(line: line, epoch: epochs(line.step), isEvaluation: false)
            let evaluation = LogEntry(line: line, epoch: epochs(line.step), isEvaluation: true)
            return line.evaluation.isEmpty ? [step] : [step, evaluation]
        }
    }

    /// Writes the state, whole or not at all.
    public func write(to path: String) throws(RecordError) { try writeJSON(self, to: path) }

    /// Encodes the members, and what is true of every run here.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: LogKey.self)
        try members.encode(epoch, forKey: "epoch")
        try members.encode(globalStep, forKey: "global_step")
        try members.encode(maxSteps, forKey: "max_steps")
        try members.encode(numTrainEpochs, forKey: "num_train_epochs")
        try members.encode(trainBatchSize, forKey: "train_batch_size")
        try members.encode(numInputTokensSeen, forKey: "num_input_tokens_seen")
        try members.encode(saveSteps, forKey: "save_steps")
        try members.encode(1, forKey: "logging_steps")
        try members.encode(true, forKey: "is_local_process_zero")
        try members.encode(true, forKey: "is_world_process_zero")
        try members.encode(logHistory, forKey: "log_history")
    }
}

/// An entry of the history: the numbers of a step, or those of an evaluation after it.
struct LogEntry: Encodable, Sendable {
    let line: MetricsLine
    let epoch: Double
    let isEvaluation: Bool

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: LogKey.self)
        try members.encode(epoch, forKey: "epoch")
        try members.encode(line.step, forKey: "step")
        if isEvaluation {
            for (name, value) in line.evaluation {
                try members.encode(value, forKey: LogKey(evaluation: name))
            }
        } else {
            try members.encode(line.loss, forKey: "loss")
            try members.encode(line.gradNorm, forKey: "grad_norm")
            try members.encode(line.learningRate, forKey: "learning_rate")
            for (name, value) in line.figures { try members.encode(value, forKey: LogKey(name)) }
        }
    }
}
