import Evaluation

/// The share of a hypothesis' content words that its premise has: no entailment, but a baseline that costs nothing.
///
/// Content words are letters and digits in lower case that are no function word of English. A hypothesis without any is
/// compared in all its words.
public struct WordOverlap: EntailmentScorer {
    /// What every table has to say.
    public static let note = "not entailment: word overlap"

    /// The share from which a pair counts as entailed is 0.8.
    public let source = EntailmentSource(.words, "words", threshold: 0.8, note: Self.note)

    /// A word counter; it has no settings.
    public init() {}

    /// The share of each hypothesis' content words that its premise has.
    nonisolated(nonsending) public func probabilities(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> [Double] {
        progress(pairs.count)
        return pairs.map(Self.share)
    }

    static func share(_ pair: EntailmentPair) -> Double {
        let given = Set(plainWords(pair.premise).split(separator: " "))
        let all = Set(plainWords(pair.hypothesis).split(separator: " "))
        let content = all.filter { !functionWords.contains(String($0)) }
        let asked = content.isEmpty ? all : content
        return asked.isEmpty ? 0 : Double(asked.intersection(given).count) / Double(asked.count)
    }

    /// Articles, pronouns, prepositions, conjunctions, auxiliaries. "not" and "no" are kept: they change what is said.
    private static let functionWords: Set<String> = [
        "a", "about", "after", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "before",
        "being",
        "but", "by", "can", "could", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her",
        "his",
        "i", "if", "in", "into", "is", "it", "its", "just", "may", "me", "might", "my", "of", "on", "or",
        "our",
        "over", "she", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then",
        "there",
        "these", "they", "this", "those", "to", "under", "up", "us", "very", "was", "we", "were", "what",
        "when",
        "where", "which", "while", "who", "whom", "whose", "will", "with", "would", "you", "your",
    ]
}
