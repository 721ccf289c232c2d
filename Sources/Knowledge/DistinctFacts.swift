import Statistics
import Evaluation

/// A fact on its way into an answer.
struct RankedFact {
    let fact: StatedFact
    let similarity: Double?
    let vector: [Float]
}

/// The first facts that no better one resembles: a cosine above 0.9, or four fifths of their words in common.
func distinct(_ facts: [RankedFact], _ count: Int) -> [RetrievedFact] {
    var kept: [(ranked: RankedFact, words: Set<Substring>)] = []
    for ranked in facts where kept.count < count {
        let words = Set(plainWords(ranked.fact.text).split(separator: " "))
        let isNear = kept.contains { other in
            cosine(ranked.vector, other.ranked.vector) > 0.9
                || 5 * words.intersection(other.words).count >= 4 * words.union(other.words).count
        }
        if !isNear { kept.append((ranked, words)) }
    }
    return kept.map { ranked, _ in
        RetrievedFact(
            text: ranked.fact.text, confidence: ranked.fact.confidence, similarity: ranked.similarity
        )
    }
}
