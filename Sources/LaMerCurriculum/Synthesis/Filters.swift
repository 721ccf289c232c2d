import Evaluation
import Foundation

/// The part of a text's word triples that another text has too; of shorter texts, of their words.
func overlap(of text: String, with other: String) -> Double {
    func grams(_ text: String, _ size: Int) -> Set<[Substring]> {
        let words = plainWords(text).split(separator: " ")
        guard words.count >= size else { return [] }
        return Set((0...words.count - size).map { Array(words[$0..<$0 + size]) })
    }
    let size = plainWords(text).split(separator: " ").count >= 3 ? 3 : 1
    let own = grams(text, size)
    return own.isEmpty ? 0 : Double(own.intersection(grams(other, size)).count) / Double(own.count)
}

/// Whether two answers say the same: equal, or one inside the other.
func agree(_ a: String, _ b: String) -> Bool {
    let (a, b) = (" \(normalizedAnswer(a)) ", " \(normalizedAnswer(b)) ")
    return a.trimmingCharacters(in: .whitespaces) != "" && b.trimmingCharacters(in: .whitespaces) != ""
        && (a.contains(b) || b.contains(a))
}

/// What is wrong with a problem by itself; nil if nothing is.
func fault(of problem: TaughtProblem, for pair: DiagnosisLine) -> String? {
    let texts = [problem.problem, problem.answer]
    if texts.contains(where: { $0.allSatisfy(\.isWhitespace) }) { return "it is empty" }
    let said = plainWords(problem.problem)
    if ["the fact", "given fact", "fact above"].contains(where: { said.contains($0) }) {
        return "it mentions that a fact was given"
    }
    if overlap(of: problem.problem, with: pair.query) >= 0.6 { return "it repeats the query" }
    return nil
}
