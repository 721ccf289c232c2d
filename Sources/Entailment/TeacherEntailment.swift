import Records
public import Teachers

/// A teacher asked yes or no: the first word of its reply counts, as 1 or 0.
public struct TeacherEntailment: EntailmentScorer {
    /// The teacher.
    public let source: EntailmentSource
    private let teacher: any Teacher
    private let parallel, seed: Int

    /// A teacher that judges.
    ///
    /// - Parameter parallel: pairs that it is asked about at a time.
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

    /// 1 for each pair to which the teacher says yes, 0 for no.
    nonisolated(nonsending) public func probabilities(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> [Double] {
        let replies: [String]
        do throws(TeacherError) {
            replies = try await inParallel(pairs, atMost: parallel, progress: progress) {
                [teacher, seed] pair throws(TeacherError) in
                try await teacher.reply(to: Self.request(pair, seed: seed))
            }
        } catch {
            throw .teacher(error)
        }
        var found: [Double] = []
        for (pair, reply) in zip(pairs, replies) {
            guard let answer = Self.answer(reply) else {
                throw .unclear(teacher: source.name, pair, reply: withoutThinking(reply))
            }
            found.append(answer ? 1 : 0)
        }
        return found
    }

    /// Whether a reply says yes: by its first word; nil where that is neither yes nor no.
    static func answer(_ reply: String) -> Bool? {
        let word = withoutThinking(reply).drop { !$0.isLetter }.prefix(while: \.isLetter).lowercased()
        return ["yes": true, "no": false][word]
    }
}
