import ArgumentParser
import HeadActivation

/// Which measurements are compared, and how surely.
struct AnalysisOptions: ParsableArguments {
    @Option(help: "Bootstrap resamples (over examples) for the intervals.") var resamples = 1000
    @Option(help: "Random seed.") var seed = 0
    @Flag(help: "Allow measurements made with different models, chat templates, reductions or precisions.")
    var allowMismatch = false
    @Flag(help: "Print the result as JSON.") var json = false

    func validate() throws { try requireResamples(resamples) }
}

/// The measurements of several tasks at one checkpoint, made alike.
struct TaskSet {
    let checkpoint: String
    let measurements: [HeadMeasurement]
    /// What differs between them and was allowed.
    let warnings: [String]

    /// Reads every task of a file that was measured at a checkpoint, or some tasks that must be there.
    init(
        _ file: PatternFile, checkpoint: String, tasks: [String]? = nil, allowMismatch: Bool
    ) throws {
        let file = try PatternReader(file)
        let list = try file.list(task: nil, checkpoint: checkpoint)
        let names = tasks ?? list.map(\.task)
        var measurements: [HeadMeasurement] = []
        for name in names { measurements.append(try file.read(task: name, checkpoint: checkpoint)) }
        let allowed = try requireComparable(
            measurements.map(\.summary), in: MeasurementTrait.ofTasks, allowing: allowMismatch)
        self.checkpoint = checkpoint
        self.measurements = measurements
        warnings = allowed.map { "Note: \($0)." }
    }
}

/// The checkpoints of a task, in the order of training.
func checkpoints(of task: String, in list: [MeasurementSummary]) -> [String] {
    inTrainingOrder(list.filter { $0.task == task }.map(\.checkpoint))
}
