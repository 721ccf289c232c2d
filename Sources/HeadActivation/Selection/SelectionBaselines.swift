public import Kernels
import Foundation

/// `count` of `available` examples at random.
public func randomSelection(
    _ count: Int, of available: Int, using generator: inout SeededGenerator
) -> [Int] {
    Array((0..<available).shuffled(using: &generator).prefix(count))
}

/// As many examples at random as were chosen, with nearly the same lengths: from each tenth of the pool by length as
/// many as the choice has there.
///
/// - Parameters:
///   - chosen: the places of the chosen examples in the pool.
///   - lengths: the supervised tokens of each example of the pool.
///   - generator: the source of random numbers.
public func lengthMatchedSelection(
    _ chosen: [Int], lengths: [Int32], using generator: inout SeededGenerator
) -> [Int] {
    let order = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    let wanted = Set(chosen)
    return (0..<10).flatMap { tenth in
        let members = order[order.count * tenth / 10..<order.count * (tenth + 1) / 10]
        return members.shuffled(using: &generator).prefix(members.count { wanted.contains($0) })
    }
}

/// The similarity of each text to the nearest of some targets: the cosine of their words, each weighted by how rarely
/// texts use it (tf-idf).
public func textSimilarities(_ texts: [String], to targets: [String]) -> [Double] {
    let pool = texts.map(words)
    var frequency: [String: Double] = [:]
    for counts in pool { for word in counts.keys { frequency[word, default: 0] += 1 } }
    func vector(_ counts: [String: Double]) -> [String: Double] {
        var vector: [String: Double] = [:]
        for (word, count) in counts {
            vector[word] = (1 + log(count)) * log((1 + Double(texts.count)) / (1 + (frequency[word] ?? 0)))
        }
        let length = vector.values.map { $0 * $0 }.sorted().reduce(0, +).squareRoot()
        return length > 0 ? vector.mapValues { $0 / length } : vector
    }
    let goals = targets.map { vector(words($0)) }
    return pool.map { counts in
        let own = vector(counts)
        return goals.map { goal in
            own.map { word, weight in weight * (goal[word] ?? 0) }.sorted().reduce(0, +)
        }.max() ?? 0
    }
}

/// The cosine of each vector with the nearest of some targets; all of length 1.
public func nearestSimilarities(_ vectors: [[Float]], to targets: [[Float]]) -> [Double] {
    guard let width = vectors.first?.count, !targets.isEmpty else { return vectors.map { _ in 0 } }
    let goals = Matrix(targets.flatMap(\.self), targets.count, width)
    return vectors.map { vector in Double(product(goals, Matrix(vector, width, 1)).max() ?? 0) }
}

/// How often each word stands in a text, without regard to case.
private func words(_ text: String) -> [String: Double] {
    var counts: [String: Double] = [:]
    for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
        counts[String(word), default: 0] += 1
    }
    return counts
}

/// The `count` examples with the largest numbers, largest first.
public func largestFirst(_ numbers: [Double], _ count: Int) -> [Int] {
    Array(numbers.indices.sorted { (numbers[$1], $0) < (numbers[$0], $1) }.prefix(count))
}
