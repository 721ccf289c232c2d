import Evaluation

/// An answer whose likelihood is taken: one meaning, in the wordings in which it was given.
public struct Candidate: Sendable, Hashable {
    /// The wordings; the first stands for the candidate.
    public let wordings: [String]
    /// Whether the model gave it only where it was told a fact.
    public let needsFact: Bool

    /// A candidate with its wordings, at least one.
    public init(_ wordings: [String], needsFact: Bool = false) {
        precondition(!wordings.isEmpty, "a candidate without a wording")
        (self.wordings, self.needsFact) = (wordings, needsFact)
    }

    /// The candidates among sampled answers: answers with the same final answer are one candidate, and an answer that
    /// was given before adds nothing.
    ///
    /// - Parameter told: answers that were given when a fact was told.
    package static func merged(untold: [String], told: [String]) -> [Candidate] {
        var order: [String] = []
        var wordings: [String: [String]] = [:]
        for answer in untold + told {
            let key = normalizedAnswer(answer)
            if wordings[key] == nil { order.append(key) }
            let spelling = plainWords(answer)
            if !(wordings[key] ?? []).contains(where: { plainWords($0) == spelling }) {
                wordings[key, default: []].append(answer)
            }
        }
        let known = Set(untold.map(normalizedAnswer))
        return order.compactMap { key in
            wordings[key].map { Candidate($0, needsFact: !known.contains(key)) }
        }
    }
}
