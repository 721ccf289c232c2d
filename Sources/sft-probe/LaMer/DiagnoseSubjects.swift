import Examples
import Knowledge
import LaMerCurriculum
import Tokenizers
import Transformers

extension Diagnose {
    /// The queries with all that is scored for them; those with fewer than two candidates are left out.
    func subjects(
        _ told: [(query: Query, facts: [Fact])], _ index: KnowledgeIndex?, _ open: OpenModel,
        _ tokenizer: AnswerTokenizer
    ) async throws -> [Subject] {
        let candidates = try await candidates.candidates(for: told, open.decoder, tokenizer, options)
        let random = try randomFacts(for: told, index, open)
        return told.indices.filter { candidates[$0].count >= 2 }.map {
            Subject(
                told[$0].query, candidates: candidates[$0], facts: told[$0].facts,
                placebos: random[$0].placebos, standIn: random[$0].standIn)
        }
    }

    /// Each query's random facts, and its stand-in with --without placebo.
    private func randomFacts(
        for told: [(query: Query, facts: [Fact])], _ index: KnowledgeIndex?, _ open: OpenModel
    ) throws -> [(standIn: String?, placebos: [String])] {
        let count = calibration == .placebo ? placebos : 0
        guard count > 0 || without == .placebo else { return told.map { _ in (nil, []) } }
        let own = told.map { $0.facts.map(\.text) }
        let pool = own.flatMap(\.self) + (try index?.randomFacts(10_000, seed: options.seed) ?? [])
        func length(_ fact: String) -> Int { open.tokenizer.encode(fact, addSpecialTokens: false).count }
        guard without == .placebo else {
            return LaMerCurriculum.randomFacts(
                for: own, count: count, from: pool, seed: options.seed, length: length
            ).map { (nil, $0) }
        }
        // The first is drawn by the length of the query's median fact.
        let wanted = own.map { facts in
            [facts.sorted { length($0) < length($1) }[facts.count / 2]] + facts
        }
        let drawn = LaMerCurriculum.randomFacts(
            for: wanted, count: count + 1, from: pool, seed: options.seed, length: length)
        if let bare = drawn.firstIndex(where: \.isEmpty) {
            throw UnusableData(
                description:
                    "Query \(told[bare].query.id): there is no other fact to tell in the place of its own; give --knowledge, "
                    + "or more queries with facts.")
        }
        return drawn.map { ($0[0], Array($0.dropFirst())) }
    }
}
