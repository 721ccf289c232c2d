import ArgumentParser
import Examples
import Files
import Foundation
import HeadActivation
import LaMerCurriculum
import ModelFiles
import ModelHub
import Records
import Statistics
import Training
import Transformers

/// A run of `remedy`: what it was given, and the steps from there to its summary. Each step leaves its files before the
/// next begins, and is passed over where they are there.
struct RemedyRun {
    let flags: Remedy
    let files: RemedyFiles
    let open: OpenModel
    let tokenizer: AnswerTokenizer
    let recorded: RecordedDiagnosis
    let data: RemedyData

    /// Opens what the flags name, and makes the folder; or finds the one that an earlier try left.
    init(_ flags: Remedy) throws {
        (self.flags, files) = (flags, RemedyFiles(folder: flags.output))
        try OutputLock.hold(flags.output, as: "sft-probe remedy")
        recorded = try RecordedDiagnosis(path: flags.diagnosis)
        guard !recorded.pairs.isEmpty else {
            throw UnusableData(
                description: "\(flags.diagnosis) holds no pair; make some with `sft-probe diagnose`.")
        }
        guard !FileManager.default.fileExists(atPath: files.summary) else {
            throw CannotCreate(path: files.summary, reason: "this remedy is complete.")
        }
        open = try OpenModel(flags.model)
        tokenizer = try answerTokenizer(open, flags.options)
        data = try RemedyData(flags, recorded, usesTemplate: tokenizer.usesTemplate)
        let request = try Data((jsonLine(RemedyRequest(flags, open)) + "\n").utf8)
        if let left = FileManager.default.contents(atPath: files.request) {
            guard left == request else {
                throw CannotCreate(
                    path: flags.output,
                    reason: "it holds a remedy that was begun with other flags or files (\(files.request)).")
            }
            flags.options.remark("\(flags.output): going on with what is there")
        } else {
            try writeFolderAtomically(to: flags.output) { [data] (folder) throws(ModelFileError) in
                let files = RemedyFiles(folder: folder)
                try data.write(files)
                do { try writeWhole(request, to: files.request) } catch {
                    throw ModelFileError(error, at: files.request)
                }
            }
        }
        sayWhatIsMissing()
    }

    private func sayWhatIsMissing() {
        let repair = data.mixture.count - data.generalCount
        flags.options.remark(
            "\(flags.examples): \(repair) repair examples in their order, \(data.generalCount) general ones between "
                + "them, \(data.heldOut.count) held out")
        if flags.general == nil {
            flags.options.remark(
                "no --general: nothing guards against forgetting, and what is forgotten is not measured")
        }
        if recorded.pairs.allSatisfy({ $0.relativeEntropy >= recorded.threshold }) {
            flags.options.remark(
                "\(flags.diagnosis) holds only pairs that count, so what breaks is not seen; write all with "
                    + "diagnose --threshold 0")
        }
        if recorded.pairs.contains(where: { $0.calibrated == nil }) {
            flags.options.remark("\(flags.diagnosis) is not calibrated: RE is taken for RE*")
        }
    }

    /// Does what is left to do.
    func finish() async throws -> RemedySummary {
        try await checkModel()
        try await train()
        let heads = try await sharedHeads()
        let final = "\(flags.output)/final"
        let trained = try OpenModel(name: flags.model.model, adapter: final)
        let after = try await diagnoseAgain(trained)
        let outcome = RemedyOutcome(
            recorded, after: after.queries, trained: data.trained, seed: flags.options.seed)
        let summary = RemedySummary(
            outcome, QueryChanges(recorded, after.queries), try await generalChange(trained), heads,
            tooLong: after.tooLong.count)
        let writer = try JSONLinesWriter(path: files.outcomes)
        for pair in outcome.pairs { try writer.write(OutcomeRecord(pair)) }
        try writer.finish()
        try writeWhole(Data((jsonLine(summary) + "\n").utf8), to: files.summary)
        for warning in summary.warnings { standardError("warning: \(warning)") }
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
                            "\(flags.diagnosis): query \(id) has beliefs that differ from this model's by "
                            + "\(distance); give the model (and --adapter) that was diagnosed.")
                }
            }
        }
    }

    private func diagnosis(
        of subjects: [Subject], by open: OpenModel, scores: ScoreFile?, _ report: ProgressReport? = nil
    ) async throws -> Diagnosed {
        let counted = scores?.count ?? 0
        if counted > 0 { flags.options.remark("\(counted) prompts were scored by a run that was broken off") }
        return try await diagnose(
            subjects, by: open.decoder, tokenizer, normalization: recorded.normalization,
            temperature: recorded.scoreTemperature, scores: scores, packTokens: flags.options.packTokens,
            workers: flags.options.workers
        ) { prompts, tokens, _ in report?.advance(examples: prompts, tokens: tokens) }
    }

    /// Trains, or goes on where a checkpoint is, or nothing where the training is done.
    private func train() async throws {
        let final = "\(flags.output)/final"
        guard !FileManager.default.fileExists(atPath: final) else { return }
        let steps = (data.mixture.count + flags.batchSize - 1) / flags.batchSize
        let training = try flags.training(stepsPerEpoch: steps, files)
        let begun = FileManager.default.fileExists(atPath: "\(flags.output)/run.json")
        let record = begun ? try RunRecord(path: "\(flags.output)/run.json") : nil
        var run = try TrainingRun(training, resuming: record, insideExisting: true)
        do { try await run.finish() } catch let stopped as Interrupted {
            throw Interrupted(run: stopped.run, step: stopped.step, command: "the same command")
        }
    }

    private func diagnoseAgain(_ trained: OpenModel) async throws -> Diagnosed {
        let scores = try ScoreFile(
            path: "\(flags.output)/after.part",
            model: "\(try trained.digest()) \(try trained.adapterDigest() ?? "")")
        let prompts = recorded.subjects.reduce(0) { $0 + $1.promptCount }
        let report = ProgressReport("diagnose again", total: prompts, flags.options)
        let found = try await diagnosis(of: recorded.subjects, by: trained, scores: scores, report)
        report.finish()
        scores.remove()
        return found
    }

    /// What held-out general examples lost or won; nil where there are none.
    private func generalChange(_ trained: OpenModel) async throws -> PairedChange? {
        guard FileManager.default.fileExists(atPath: files.heldOut) else { return nil }
        let examples = try DataReading.parse([]).open(files.heldOut, open, flags.options).examples
        func losses(_ model: Decoder) async -> [Double] {
            await model.tokenLosses(
                of: examples.map(\.sequence), packTokens: flags.options.packTokens,
                workers: flags.options.workers
            ).map { $0.reduce(0.0) { $0 + Double($1) } / Double($0.count) }
        }
        return PairedChange(before: await losses(open.decoder), after: await losses(trained.decoder))
    }
}

/// What decides the outcome of a remedy: a folder that was begun by another is not gone on with.
private struct RemedyRequest: Encodable {
    let model_sha256: String
    let adapter_sha256: String?
    let examples_sha256, diagnosis_sha256: String
    let general_sha256: String?
    let preset: String
    let general_share: Double
    let general_held_out: Int
    let general_rise: Double
    let lora_rank: Int?
    let lora_alpha, learning_rate: Double?
    let epochs, batch_size, heads, seed: Int

    init(_ flags: Remedy, _ open: OpenModel) throws {
        (model_sha256, adapter_sha256) = (try open.digest(), try open.adapterDigest())
        examples_sha256 = try sha256(ofData: flags.examples)
        diagnosis_sha256 = try sha256(ofData: flags.diagnosis)
        general_sha256 = try flags.general.map { try sha256(ofData: $0) }
        (preset, general_share) = (flags.preset.rawValue, flags.generalShare)
        (general_held_out, general_rise) = (flags.generalHeldOut, flags.generalRise)
        (lora_rank, lora_alpha, learning_rate) = (flags.loraRank, flags.loraAlpha, flags.learningRate)
        (epochs, batch_size, heads, seed) = (
            flags.epochs, flags.batchSize, flags.heads, flags.options.seed
        )
    }
}
