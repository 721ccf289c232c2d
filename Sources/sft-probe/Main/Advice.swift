import Entailment
import GradAttrib
import HeadActivation
import Knowledge
import LaMerCurriculum
import ModelHub
import Records
import Runs
import Teachers

/// What an error says, and what the user can do about it: libraries state facts, the tool knows its flags.
func sentence(of error: any Error) -> String {
    var sentence = "\(error)"
    guard let advice = advice(on: error) else { return sentence }
    while sentence.hasSuffix(".") { sentence.removeLast() }
    return "\(sentence); \(advice)\(advice.hasSuffix("?") ? "" : ".")"
}

private func advice(on error: any Error) -> String? {
    switch error {
    case let error as TeacherError: error.advice
    case let error as KnowledgeError: error.advice
    case EntailmentError.teacher(let error): error.advice
    case let error as EntailmentError: error.advice
    case HubError.notInCache(let name, let cached) where !looksLikePath(name):
        nearest(to: name, among: cached + PackagedModel.names).map { "did you mean \($0)?" }
            ?? "fetch it with: sft-probe model pull \(name)"
    case HubError.notInCache: "give the folder of a model, a .gguf file or the name of a pulled model"
    case is CannotCreate: "give another --output"
    case RecordError.notUnderstood(_, _, let field, _): "--ignore-fields \(field) passes over it"
    case AttributionError.needs: "the flags are --objective and --baseline"
    case PatternError.present: "give --replace, another label with --checkpoint, or another file"
    case PatternError.notFinite: "--precision fp32 rounds least"
    case PatternError.mismatch(let mismatch) where mismatch.trait != .shape:
        "--allow-mismatch compares all the same"
    case is StoppedTraining: "`sft-probe data show` prints examples as the model sees them"
    case DiagnosisError.noOptions: "add them, or give --candidates sampled or union"
    case DiagnosisError.noOtherFact: "give --knowledge, or more queries with facts"
    default: nil
    }
}

extension TeacherError {
    fileprivate var advice: String? {
        let goOn = "run the same command again to go on where it stopped"
        return switch self {
        case .address: "give it with --teacher-url"
        case .unavailable: goOn
        case .budget: "raise --max-cost and \(goOn)"
        case .notRecorded: "replay with the input, the settings and the seed that it was recorded with"
        case .malformed: "remove the line"
        case .setting, .refused, .unusable, .file, .model: nil
        }
    }
}

extension KnowledgeError {
    fileprivate var advice: String? {
        let otherSchema = "name another with ?schema="
        return switch self {
        case .missing: "make one with `sft-probe knowledge build`"
        case .noIndex: "make one with `sft-probe knowledge build`, or \(otherSchema)"
        case .notAnIndex: "make one with `sft-probe knowledge build`"
        case .otherEncoder: "give the one it was built with, or build it again"
        case .present: "give --replace, or \(otherSchema)"
        case .foreign: otherSchema
        case .busy: "wait for it, or \(otherSchema)"
        case .empty, .server, .database: nil
        }
    }
}

extension EntailmentError {
    fileprivate var advice: String? {
        switch self {
        case .notRecorded: "add a line for it to the file of --entailments"
        case .contradicts: "keep one of the lines"
        case .unclear: "take another teacher, or --entailment encoder"
        case .labels: "take an encoder that was trained on natural language inference"
        case .noPairs: "take the tokenizer.json that belongs to the encoder"
        case .otherCalibration: "make one for it with `sft-probe entailment calibrate`"
        case .oneKind: "add labelled pairs of the other kind"
        case .ambiguousLabels: "say which with --entailment-label"
        case .strangeLabel: "say which label means entailment with --entailment-label"
        case .tooLong, .notFinite, .teacher: nil
        }
    }
}
