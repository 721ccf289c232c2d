/// Why a template could not be read or rendered. Lines count from 1, in the template.
public enum TemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The template does not follow the grammar.
    case syntax(line: Int, reason: String)

    /// The template uses a tag, filter, test or method that is not supported; nothing was skipped in its place.
    case unsupported(line: Int, construct: String)

    /// Rendering went wrong, for this conversation at least.
    case failed(line: Int, reason: String)

    /// The template itself refused the conversation, by `raise_exception`.
    case raised(message: String)

    /// Rendering did not end within its bounds.
    case exceeded(line: Int, limit: String)

    /// One sentence: which line, what was expected, what was found.
    public var description: String {
        switch self {
        case .syntax(let line, let reason): "Chat template, line \(line): \(reason)."
        case .unsupported(let line, let construct):
            "Chat template, line \(line): \(construct) is not supported."
        case .failed(let line, let reason): "Chat template, line \(line): \(reason)."
        case .raised(let message): "The chat template refuses this conversation: \(message)"
        case .exceeded(let line, let limit):
            "Chat template, line \(line): rendering stopped at its limit of \(limit)."
        }
    }
}

/// What is wrong, before the line is known.
struct Complaint: Error {
    let reason: String
    var isMissingFeature = false

    init(_ reason: String) { self.reason = reason }

    static func unsupported(_ construct: String) -> Complaint {
        var complaint = Complaint(construct)
        complaint.isMissingFeature = true
        return complaint
    }
}

/// A bound on rendering that was reached.
struct Excess: Error {
    let limit: String
}
