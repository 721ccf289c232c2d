import Examples
import Files
import Foundation
import HeadActivation
import Kernels
import ModelFiles
import ModuleRobustness
import Tokenization
import Training
import Transformers

/// A run of training: its plan, its folder and its state.
public struct TrainingRun: Sendable {
    /// The plan, with the day that chat templates print.
    public let plan: TrainingPlan
    let observer: RunObserver
    let open: OpenModel
    let opened: TrainedData
    /// What `run.json` says.
    public let record: RunRecord
    /// Steps of the whole run.
    public let steps: Int
    let schedule: Schedule
    var trainer: Trainer
    /// The examples whose heads are measured before and after training.
    let probed: ProbedData
    let provenance: Provenance
    /// The held-out examples.
    let evaluated: HeldOut
    var telemetry: Telemetry
    /// The behaviour that is followed, once it is open; nil: none.
    var behaviour: BehaviourGuard?
    var pace = TelemetryPace()

    var folder: String { plan.output }
    var patterns: PatternFile { PatternFile("\(folder)/patterns.h5") }
    /// The task name of the measured examples in patterns.h5.
    var task: String { plan.probe.task ?? stem(of: plan.probe.data ?? plan.data) }
    /// The task name of the training examples in patterns.h5.
    var telemetryTask: String { plan.probe.data == nil ? task : stem(of: plan.data) }

    /// Opens files and creates the run's folder; or resumes a recorded run from its newest checkpoint.
    ///
    /// - Parameters:
    ///   - plan: what is trained, on what and how.
    ///   - recorded: the record of the run that is resumed, whose folder is the plan's.
    ///   - insideExisting: whether the folder exists already, with files of the caller.
    ///   - observer: is told what the run decides and how far it is.
    public init(
        _ plan: TrainingPlan, resuming recorded: RunRecord? = nil, insideExisting: Bool = false,
        _ observer: RunObserver = RunObserver()
    ) throws {
        self = try Arithmetic.$current.withValue(plan.computing.arithmetic) {
            try TrainingRun(
                opening: plan, resuming: recorded, insideExisting: insideExisting, observer)
        }
    }

    /// The same in the arithmetic of the plan.
    private init(
        opening wanted: TrainingPlan, resuming recorded: RunRecord?, insideExisting: Bool,
        _ observer: RunObserver
    ) throws {
        self.observer = observer
        var plan = wanted
        try OutputLock.hold(plan.output, as: "sft-probe train")
        let newest = try recorded.map { _ in try newestCheckpoint(of: wanted.output) } ?? nil
        if recorded == nil && !insideExisting { try requireRoomForFolder(at: plan.output) }
        var open = try OpenModel(name: plan.model, adapter: plan.adapter, warn: observer.warn)
        if let tokens = plan.newTokens { try open.add(tokens) }
        self.open = open
        let day = plan.computing.template.printed(by: open.tokenizer)
        plan.computing.templateDate = plan.computing.templateDate ?? day
        self.plan = plan
        let computing = plan.computing
        computing.say(observer)
        opened = try TrainedData(plan, open, observer)
        let order = ExampleOrder(
            count: opened.items.count, batchSize: min(plan.batchSize, opened.items.count),
            shuffledBy: plan.order == .shuffled ? computing.seed : nil)
        steps = plan.maxSteps ?? order.stepsPerEpoch * (plan.epochs ?? 1)
        schedule = Schedule(plan.schedule, warmupSteps: plan.warmupSteps, steps: steps)

        let decoder = try startingModel(of: plan, open, checkpoint: newest)
        let rates = try moduleRates(plan, of: decoder, steps: steps)
        if let recorded, recorded.settings.rates != rates {
            throw UnusableData(
                description:
                    "\(plan.output)/run.json: the rates are other factors than the run began with; put back what "
                    + "\(plan.rates ?? "the file of rates") was, or begin another run.")
        }
        do throws(TrainingError) {
            trainer = try Trainer(
                decoder, minimizing: opened.objective(plan.preference), order: order,
                optimizer: AdamW(weightDecay: Float(plan.weightDecay)), rates: rates,
                clipNorm: Float(plan.clipNorm),
                seed: computing.seed, packTokens: computing.packTokens, workers: computing.workers
            ) { [schedule] _, step in wanted.learningRate * schedule.factor(step: step) }
        } catch {
            throw StoppedTraining(error, opened)
        }
        if let newest { try trainer.restoreState(from: "\(newest)/optimizer.safetensors") }

        let probe =
            try plan.probe.data.map {
                try TrainedData(probing: $0, plan, open, observer)
            } ?? opened
        probed = probe.probed.prefix(plan.probe.limit)
        evaluated = try HeldOut(plan, open, observer)
        provenance = try Provenance(of: open, on: probe, computing)
        telemetry = Telemetry(layers: decoder.layers, heads: decoder.heads)
        record = try RunRecord(
            plan, of: plan.probe.data == nil ? provenance : Provenance(of: open, on: opened, computing),
            opened, trainer, steps: steps, newTokens: open.newTokens)
        if let recorded { try record.requireSame(as: recorded, folder: plan.output) }
        try begin(newest, isNew: recorded == nil, insideExisting: insideExisting)
    }

    /// Creates the folder of a new run atomically; for a resumed run, drops everything after the checkpoint.
    private mutating func begin(_ checkpoint: String?, isNew: Bool, insideExisting: Bool) throws {
        if isNew && insideExisting {
            try writeRecord(to: folder)
        } else if isNew {
            try writeFolderAtomically(to: folder) { (folder) throws(ModelFileError) in
                try writeRecord(to: folder)
            }
        } else {
            removeUnfinished()
        }
        if let kept = try trainedTelemetry() { telemetry = kept.through(trainer.step) }
        let what = trainer.model.hasAdapters ? "LoRA" : "all weights"
        observer.remark(
            "\(what): \(record.counts.trainedParameters) of \(record.counts.parameters) parameters are trained, "
                + "\(steps) steps of \(trainer.order.batchSize) \(plan.preference != nil ? "pairs" : plan.languages != nil ? "parallel texts" : "examples"), learning rate \(plan.learningRate) "
                + "(\(schedule.shape.rawValue)), \(plan.order.rawValue) order"
                + (checkpoint.map { "; going on after step \(trainer.step) (\($0))" } ?? ""))
        if !open.newTokens.isEmpty {
            observer.remark(
                "new tokens: " + open.newTokens.map { "\($0.content) (\($0.id))" }.joined(separator: ", ")
                    + "; the vocabulary has \(trainer.model.vocabulary) rows"
                    + (trainer.model.hasAdapters
                        ? ", and the embedding and a head of its own are trained whole" : ""))
        }
        observer.remark(memoryRemark(workers: plan.computing.workers, predictedMemory))
    }

    /// The predicted peak memory with a number of workers, in bytes.
    func predictedMemory(workers: Int) -> Int {
        let lengths = opened.items.map { $0.sequences.reduce(0) { $0 + $1.ids.count } }.sorted()
        let longestStep = lengths.suffix(trainer.order.batchSize).reduce(0, +)
        let shared = min(plan.computing.packTokens, (longestStep + workers - 1) / workers)
        return trainer.model.trainingMemory(
            trained: record.counts.trainedParameters,
            replaces: !trainer.model.hasAdapters || plan.newTokens != nil,
            largestPack: max(shared, lengths.last ?? 0), workers: workers,
            fileBytes: open.fileBytes)
    }

    private func trainedTelemetry() throws -> Telemetry? {
        guard trainer.step > 0, FileManager.default.fileExists(atPath: patterns.path) else { return nil }
        return try patterns.readTelemetry(task: telemetryTask)
    }
}

/// The name of a file without folder and extension.
private func stem(of path: String) -> String { URL(filePath: path).deletingPathExtension().lastPathComponent }
