public import ArgumentParser
public import Entailment
import Files
import Foundation
import ModelFiles
import ModelHub
import Records
import Runs
import Tokenization
import Transformers

extension EntailmentForm: ExpressibleByArgument {}

/// Flags about how entailment is scored: one group for every command that asks whether one text follows from another.
struct EntailmentOptions: ParsableArguments {
    @Option(
        help:
            "What scores entailment: model (a causal LM, yes or no), endpoint (a teacher: log-probabilities of yes and no where it gives them, else its first word), encoder (an NLI cross-encoder), recorded (--entailments) or words (word overlap: no entailment)."
    ) var entailment: EntailmentForm
    @Option(
        help:
            "Required by --entailment model and encoder: a Hugging Face folder or the name of a pulled model; for model also a .gguf file (default: none).",
        completion: .file()
    ) var entailmentModel: String?
    @Option(
        help:
            "Required by --entailment recorded: JSON lines of premise, hypothesis, entails (default: none).",
        completion: .file()
    )
    var entailments: String?
    @Option(
        help: "Calibration of the probabilities, from `entailment calibrate` (default: none).",
        completion: .file())
    var entailmentCalibration: String?

    /// What is asked where an endpoint judges.
    private func kind(_ teacher: TeacherOptions) -> TeacherKind { teacher.teacher ?? .endpoint }

    func check(_ teacher: TeacherOptions) throws {
        if [.model, .encoder].contains(entailment) && entailmentModel == nil {
            throw ValidationError("--entailment \(entailment.rawValue) takes --entailment-model.")
        }
        if entailment == .recorded && entailments == nil {
            throw ValidationError("--entailment recorded takes --entailments.")
        }
        if entailment == .endpoint {
            guard teacher.teacher != .template else {
                throw ValidationError("--teacher template writes problems; it does not judge entailment.")
            }
            try teacher.check(kind(teacher))
        }
    }

    /// The files that are written on the way.
    func outputs(_ teacher: TeacherOptions) -> [NamedPath] {
        entailment == .endpoint ? teacher.outputs(kind(teacher)) : []
    }

    /// What is read.
    func inputs(_ teacher: TeacherOptions) -> [NamedPath] {
        named("--entailment-model", entailmentModel.map { (try? resolveModel($0)) ?? $0 })
            + named("--entailments", entailments) + named("--entailment-calibration", entailmentCalibration)
            + (entailment == .endpoint ? teacher.inputs(kind(teacher)) : [])
    }

    /// The scorer, calibrated where a calibration is given.
    ///
    /// - Parameter takesDigest: whether a digest of the weights is taken in any case.
    func open(
        _ teacher: TeacherOptions, _ run: RunOptions, takesDigest: Bool = false
    ) throws -> any EntailmentScorer {
        let calibration = try entailmentCalibration.map(readCalibration)
        let scorer = try scorer(teacher, run, takesDigest: takesDigest || calibration != nil)
        guard let calibration, let path = entailmentCalibration else {
            if entailment == .model {
                run.remark(
                    "not calibrated: 0.5 means little, for models lean to one answer; see `entailment calibrate`"
                )
            }
            return scorer
        }
        return try CalibratedEntailment(scorer, by: calibration, at: path)
    }

    private func scorer(
        _ teacher: TeacherOptions, _ run: RunOptions, takesDigest: Bool
    ) throws -> any EntailmentScorer {
        let name = entailmentModel ?? ""
        switch entailment {
        case .words: return WordOverlap()
        case .recorded: return try RecordedEntailments(path: entailments ?? "")
        case .endpoint:
            guard let judge = try teacher.open(kind(teacher), run) else {
                throw ValidationError("--teacher template does not judge entailment.")
            }
            return TeacherEntailment(judge, parallel: teacher.concurrency, seed: run.seed)
        case .model:
            let open = try OpenModel(name: name, warn: standardError)
            run.begin()
            return ModelEntailment(
                open.decoder, open.tokenizer, name: name, sha256: takesDigest ? try open.digest() : nil,
                packTokens: run.forwardPackTokens, workers: run.workers)
        case .encoder:
            let source = try ModelSource(path: resolveModel(name))
            run.begin()
            return try EncoderEntailment(
                SequenceClassifier(source), OpenModel.tokenizer(name), name: name,
                sha256: takesDigest ? try sha256(ofFiles: source.files) : nil,
                packTokens: run.forwardPackTokens, workers: run.workers)
        }
    }

    private func readCalibration(_ path: String) throws -> EntailmentCalibration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw RecordError.missing(path: path)
        }
        guard let calibration = try? JSONDecoder().decode(EntailmentCalibration.self, from: data),
            calibration.parameters.slope.isFinite, calibration.parameters.intercept.isFinite
        else {
            throw UnusableData(
                description: "\(path): expected a calibration that `sft-probe entailment calibrate` wrote.")
        }
        return calibration
    }
}
