import Knowledge
import Teachers

/// What an error says, and what the user can do about it: libraries state facts, the tool knows its flags.
func sentence(of error: any Error) -> String {
    var sentence = "\(error)"
    guard let advice = advice(on: error) else { return sentence }
    while sentence.hasSuffix(".") { sentence.removeLast() }
    return "\(sentence); \(advice)."
}

private func advice(on error: any Error) -> String? {
    switch error {
    case let error as TeacherError: error.advice
    case let error as KnowledgeError: error.advice
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
        case .setting, .refused, .file, .model: nil
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
