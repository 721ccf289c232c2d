import Examples
import Files
import Foundation
import HeadActivation
import Kernels
import LaMerCurriculum
import ModelFiles
import ModelHub
import Records
import Statistics
import Training
import Transformers

/// A run of `remedy`: what it was given, and the steps from there to its summary. Each step leaves its files before the
/// next begins, and is passed over where they are there.
public struct RemedyRun {
    let plan: RemedyPlan
    let observer: RunObserver
    let files: RemedyFiles
    let open: OpenModel
    let tokenizer: AnswerTokenizer
    let recorded: RecordedDiagnosis
    let data: RemedyData

    /// Opens what the plan names, and makes the folder; or finds the one that an earlier try left.
    public init(_ plan: RemedyPlan, _ observer: RunObserver = RunObserver()) throws {
        self = try Arithmetic.$current.withValue(plan.computing.arithmetic) {
            try RemedyRun(opening: plan, observer)
        }
    }

    /// The same in the arithmetic of the plan.
    private init(opening wanted: RemedyPlan, _ observer: RunObserver) throws {
        self.observer = observer
        var plan = wanted
        files = RemedyFiles(folder: plan.output)
        try OutputLock.hold(plan.output, as: "sft-probe remedy")
        recorded = try RecordedDiagnosis(path: plan.diagnosis)
        guard !recorded.pairs.isEmpty else {
            throw UnusableData(
                description:
                    "\(plan.diagnosis) holds no pair; diagnose with other facts or queries, or a lower threshold."
            )
        }
        guard !FileManager.default.fileExists(atPath: files.summary) else {
            throw CannotCreate(path: files.summary, reason: "this remedy is complete.")
        }
        open = try OpenModel(name: plan.model, adapter: plan.adapter, warn: observer.warn)
        plan.computing.say(observer)
        let begun = try FileManager.default.contents(atPath: files.request).map { [files] data in
            try begunRequest(data, at: files.request)
        }
        // A remedy that goes on on another day renders for the day that it began on.
        plan.computing.templateDate =
            plan.computing.templateDate ?? begun?.template_date
            ?? plan.computing.template.printed(by: open.tokenizer)
        self.plan = plan
        tokenizer = try open.answerTokenizer(plan.computing, remark: observer.remark)
        data = try RemedyData(
            plan, recorded, usesTemplate: tokenizer.usesTemplate, warn: observer.warn)
        let request = try RemedyRequest(plan, open)
        if let begun {
            guard begun.isSame(as: request) else {
                throw CannotCreate(
                    path: plan.output,
                    reason: "it holds a remedy that was begun with other flags or files (\(files.request)).")
            }
            observer.remark("\(plan.output): going on with what is there")
        } else {
            try writeFolderAtomically(to: plan.output) { [data] (folder) throws(ModelFileError) in
                let files = RemedyFiles(folder: folder)
                try data.write(files)
                do { try writeWholeFile(Array((jsonLine(request) + "\n").utf8), to: files.request) } catch {
                    throw ModelFileError(error, at: files.request)
                }
            }
        }
        sayWhatIsMissing()
    }

    private func sayWhatIsMissing() {
        let repair = data.mixture.count - data.generalCount
        observer.remark(
            "\(plan.examples): \(repair) repair examples in their order, \(data.generalCount) general ones between "
                + "them, \(data.heldOut.count) held out")
        if plan.general == nil {
            observer.remark(
                "no general examples: nothing guards against forgetting, and what is forgotten is not measured"
            )
        }
        if recorded.pairs.allSatisfy({ $0.relativeEntropy >= recorded.threshold }) {
            observer.remark(
                "\(plan.diagnosis) holds only pairs that count, so what breaks is not seen; diagnose "
                    + "with a threshold of 0, which writes all pairs")
        }
        if recorded.pairs.contains(where: { $0.calibrated == nil }) {
            observer.remark("\(plan.diagnosis) is not calibrated: RE is taken for RE*")
        }
    }

    /// Does what is left to do.
    public func run() async throws -> RemedySummary {
        try await Arithmetic.$current.withValue(plan.computing.arithmetic) { try await remedy() }
    }

    private func remedy() async throws -> RemedySummary {
        try await checkModel()
        try await train()
        let heads = try await sharedHeads()
        let final = "\(plan.output)/final"
        let trained = try OpenModel(name: plan.model, adapter: final, warn: observer.warn)
        let after = try await diagnoseAgain(trained)
        let outcome = RemedyOutcome(
            recorded, after: after.queries, trained: data.trained, seed: plan.computing.seed)
        let summary = RemedySummary(
            outcome, QueryChanges(recorded, after.queries), try await generalChange(trained), heads,
            tooLong: after.tooLong.count)
        let writer = try JSONLinesWriter(path: files.outcomes)
        for pair in outcome.pairs { try writer.write(OutcomeRecord(pair)) }
        try writer.finish()
        try writeWholeFile(Array((jsonLine(summary) + "\n").utf8), to: files.summary)
        for warning in summary.warnings { observer.warn("warning: \(warning)") }
        return summary
    }

    /// Refuses a diagnosis of another model: its first queries are asked again.
    private func checkModel() async throws {
        let again = try await diagnosis(of: Array(recorded.subjects.prefix(4)), by: open, scores: nil)
        let expected = Dictionary(grouping: recorded.pairs, by: \.queryID)
        for query in again.queries {
            let id = query.subject.query.id
            for (pair, shift) in zip(expected[id] ?? [], query.shifts) {
                let states = zip(
                    pair.without + pair.told, shift.without.probabilities + shift.with.probabilities)
                let distance = states.map { abs($0 - $1) }.max() ?? 0
                guard distance < 0.01 else {
                    throw UnusableData(
                        description:
                            "\(plan.diagnosis): query \(id) has beliefs that differ from this model's by "
                            + "\(distance); give the model, and the adapter, that was diagnosed.")
                }
            }
        }
    }

    private func diagnosis(
        of subjects: [Subject], by open: OpenModel, scores: ScoreFile?,
        _ report: WorkProgress = WorkProgress()
    ) async throws -> Diagnosed {
        let counted = scores?.count ?? 0
        if counted > 0 { observer.remark("\(counted) prompts were scored by a run that was broken off") }
        return try await diagnose(
            subjects, by: open.decoder, tokenizer, normalization: recorded.normalization,
            temperature: recorded.scoreTemperature, scores: scores, packTokens: plan.computing.packTokens,
            workers: plan.computing.workers
        ) { prompts, tokens, _ in report.advance(prompts, tokens) }
    }

    /// Trains, or goes on where a checkpoint is, or nothing where the training is done.
    private func train() async throws {
        let final = "\(plan.output)/final"
        guard !FileManager.default.fileExists(atPath: final) else { return }
        let steps = (data.mixture.count + plan.batchSize - 1) / plan.batchSize
        let begun = FileManager.default.fileExists(atPath: "\(plan.output)/run.json")
        let record = begun ? try RunRecord(path: "\(plan.output)/run.json") : nil
        let training = plan.training(
            stepsPerEpoch: steps, files, hasHeldOut: FileManager.default.fileExists(atPath: files.heldOut))
        var run = try TrainingRun(training, resuming: record, insideExisting: true, observer)
        try await run.run()
    }

    private func diagnoseAgain(_ trained: OpenModel) async throws -> Diagnosed {
        let scores = try ScoreFile(
            path: "\(plan.output)/after.part",
            model: "\(try trained.digest()) \(try trained.adapterDigest() ?? "")")
        let prompts = recorded.subjects.reduce(0) { $0 + $1.promptCount }
        let report = observer.work("diagnose again", prompts)
        let found = try await diagnosis(of: recorded.subjects, by: trained, scores: scores, report)
        report.finish(nil)
        scores.remove()
        return found
    }

    /// What held-out general examples lost or won; nil where there are none.
    private func generalChange(_ trained: OpenModel) async throws -> PairedChange? {
        guard FileManager.default.fileExists(atPath: files.heldOut) else { return nil }
        let examples = try ReadingPlan().open(files.heldOut, open, plan.computing, observer).examples
        return PairedChange(
            before: await meanLosses(of: open.decoder, on: examples, plan.computing),
            after: await meanLosses(of: trained.decoder, on: examples, plan.computing))
    }
}
