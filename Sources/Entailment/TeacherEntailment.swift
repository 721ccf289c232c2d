import Foundation
import Records
public import Teachers

/// A teacher asked yes or no. Where it says how probable each answer was, p = p(yes) / (p(yes) + p(no)); otherwise the first
/// word of its reply counts, as 1 or 0.
public struct TeacherEntailment: EntailmentScorer {
    /// The teacher.
    public let source: EntailmentSource
    private let teacher: any Teacher
    private let parallel, seed: Int

    /// A teacher that judges.
    ///
    /// - Parameters:
    ///   - teacher: the model that is asked.
    ///   - parallel: pairs that it is asked about at a time.
    ///   - seed: random seed in every request.
    public init(_ teacher: any Teacher, parallel: Int, seed: Int = 0) {
        (self.teacher, self.parallel, self.seed) = (teacher, parallel, seed)
        source = EntailmentSource(.endpoint, teacher.name)
    }

    /// What the teacher is asked about a pair.
    static func request(_ pair: EntailmentPair, seed: Int) -> TeacherRequest {
        let text = """
            Premise: \(pair.premise)
            Hypothesis: \(pair.hypothesis)

            Does the premise entail the hypothesis: must it be true if the premise is? Answer with one word, yes or no.
            """
        return TeacherRequest(
            [Message(role: "user", content: text)], temperature: 0, maxTokens: 512, seed: seed)
    }

    /// The probability of each pair, as ``scores(of:progress:)`` has it.
    nonisolated(nonsending) public func probabilities(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> [Double] {
        try await scores(of: pairs, progress: progress).probabilities
    }

    /// p(yes) / (p(yes) + p(no)) for each pair, where all answers come with log-probabilities; otherwise, for probabilities
    /// of the two kinds are not comparable, 1 for each pair to which the teacher says yes, and 0 for no.
    nonisolated(nonsending) public func scores(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> EntailmentScores {
        let answers: [TeacherAnswer]
        do throws(TeacherError) {
            answers = try await inParallel(pairs, atMost: parallel, progress: progress) {
                [teacher, seed] pair throws(TeacherError) in
                try await teacher.answer(to: Self.request(pair, seed: seed))
            }
        } catch {
            throw .teacher(error)
        }
        let known = answers.compactMap { $0.alternatives.flatMap(Self.probability) }
        if known.count == pairs.count && !pairs.isEmpty {
            return EntailmentScores(probabilities: known, source: source.read(by: .logProbabilities))
        }
        var found: [Double] = []
        for (pair, answer) in zip(pairs, answers) {
            guard let isYes = Self.answer(answer.text) else {
                throw .unclear(teacher: source.name, pair, reply: withoutThinking(answer.text))
            }
            found.append(isYes ? 1 : 0)
        }
        return EntailmentScores(probabilities: found, source: source.read(by: .firstWord))
    }

    /// p(yes) / (p(yes) + p(no)) from the log-probabilities of tokens: "Yes", " yes" and "**YES" are all yes, and what is
    /// not listed has probability 0. nil where neither is.
    static func probability(_ alternatives: [String: Double]) -> Double? {
        func sum(_ word: String) -> Double {
            alternatives.reduce(0) { $0 + (letters($1.key) == word && $1.value < 1e-3 ? exp($1.value) : 0) }
        }
        let (yes, no) = (sum("yes"), sum("no"))
        return yes + no > 0 ? yes / (yes + no) : nil
    }

    /// The letters that a text begins with, after what is none.
    private static func letters(_ text: String) -> String {
        text.drop { !$0.isLetter }.prefix(while: \.isLetter).lowercased()
    }

    /// Whether a reply says yes: by its first word; nil where that is neither yes nor no.
    static func answer(_ reply: String) -> Bool? {
        ["yes": true, "no": false][letters(withoutThinking(reply))]
    }
}
