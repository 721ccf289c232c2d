import Evaluation

/// Which facts say nearly the same: the number of each one's group, from 0 in the order of their first facts. A fact joins
/// the first group whose first fact it is like.
///
/// - Parameter likeness: the part of their words that two facts share (Jaccard) from which they are one.
func groups(of facts: [String], likeness: Double) -> [Int] {
    var groupOfFact: [String: Int] = [:]
    var leaders: [Set<Substring>] = []
    var groupsWithWord: [Substring: [Int]] = [:]
    return facts.map { fact in
        let fact = plainWords(fact)
        if let known = groupOfFact[fact] { return known }
        let words = Set(fact.split(separator: " "))
        let near = Set(words.flatMap { groupsWithWord[$0] ?? [] }).sorted().first {
            Double(words.intersection(leaders[$0]).count) >= likeness * Double(words.union(leaders[$0]).count)
        }
        if near == nil {
            for word in words { groupsWithWord[word, default: []].append(leaders.count) }
            leaders.append(words)
        }
        let group = near ?? leaders.count - 1
        groupOfFact[fact] = group
        return group
    }
}
