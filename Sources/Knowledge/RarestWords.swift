/// The rarest words that together occur in at most 20,000 facts, and the rarest in any case.
///
/// A search then stays quick however many facts there are; frequent words tell facts apart little.
func rarest(_ words: [(word: String, facts: Int)]) -> [(word: String, facts: Int)] {
    var (asked, facts) = ([(word: String, facts: Int)](), 0)
    for word in words.sorted(by: { ($0.facts, $0.word) < ($1.facts, $1.word) }) {
        facts += word.facts
        if facts > 20_000 && !asked.isEmpty { break }
        asked.append(word)
    }
    return asked
}
