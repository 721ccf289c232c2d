import JSON

/// A record with a chosen and a rejected answer.
struct PreferenceLine {
    let chosen, rejected: Content
    let variables: [JSONValue.Member]

    /// The keys that tell the shape.
    static let answers: Set<String> = ["chosen", "rejected"]
    /// All keys that are read.
    static let readKeys = commonKeys.union(answers).union(["prompt"])

    init(_ record: RecordObject, ignoring ignored: Set<String>) throws(BadLine) {
        try requireUnderstood(record)
        for key in [
            "ref_chosen_logps", "ref_rejected_logps", "reference_chosen_logps", "reference_rejected_logps",
        ]
        where record.filled(key) != nil { throw notUnderstood(key, of: "the record") }
        let chosen = try TextOrTurns(record, "chosen", ignoring: ignored)
        let rejected = try TextOrTurns(record, "rejected", ignoring: ignored)
        switch (chosen, rejected) {
        case (.text(let chosen), .text(let rejected)):
            try requireNoTemplateKeys(record)
            guard case .text(let prompt) = try TextOrTurns(record, "prompt", ignoring: ignored) else {
                throw BadLine(
                    reason:
                        "\"prompt\" is a list of messages, and \"chosen\" and \"rejected\" are strings; give messages in "
                        + "all three")
            }
            self.chosen = .promptCompletion(prompt: prompt, completion: chosen)
            self.rejected = .promptCompletion(prompt: prompt, completion: rejected)
            variables = []
        case (.turns(let chosen), .turns(let rejected)):
            let before = try Self.prompt(record, chosen, rejected, ignoring: ignored)
            let start = try withSystem(of: record, before.turns)
            self.chosen = .conversation(
                start + chosen.dropFirst(before.shared), supervisedFrom: start.count)
            self.rejected = .conversation(
                start + rejected.dropFirst(before.shared), supervisedFrom: start.count)
            variables = try TemplateVariables(record).members
        default:
            throw BadLine(
                reason: "of \"chosen\" and \"rejected\" one is a string and the other a list of messages")
        }
    }

    /// The turns of the prompt, and how many of them are in both answers.
    private static func prompt(
        _ record: RecordObject, _ chosen: [Message], _ rejected: [Message], ignoring ignored: Set<String>
    ) throws(BadLine) -> (turns: [Message], shared: Int) {
        let shared = zip(chosen, rejected).prefix { $0 == $1 }.count
        guard record["prompt"] ?? .null != .null else { return try (begin(chosen, shared), shared) }
        switch try TextOrTurns(record, "prompt", ignoring: ignored) {
        case .turns(let turns):
            // A prompt that the answers repeat is there once.
            return (turns, chosen.starts(with: turns) && rejected.starts(with: turns) ? turns.count : 0)
        case .text(let text):
            let turns = try begin(chosen, shared)
            guard turns.contains(where: { $0.content == text }) else {
                throw BadLine(
                    reason:
                        "\"prompt\" says something else than each of the turns with which \"chosen\" and \"rejected\" "
                        + "begin; leave it out, or give it as messages")
            }
            return (turns, shared)
        }
    }

    /// The turns that both answers begin with, of which there must be some.
    private static func begin(_ chosen: [Message], _ shared: Int) throws(BadLine) -> [Message] {
        if shared > 0 { return Array(chosen[..<shared]) }
        throw BadLine(
            reason:
                "\"chosen\" and \"rejected\" do not begin with the same turns, and there is no \"prompt\"; give the "
                + "prompt as messages")
    }
}
