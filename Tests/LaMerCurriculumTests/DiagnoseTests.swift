import Evaluation
import Examples
import Foundation
import LaMerCurriculum
import ModelFiles
import Statistics
import TestSupport
import Testing
import Tokenization
import Transformers

/// Diagnoses of SmolLM2-135M-Instruct against PyTorch, which scores each pair from scratch.
@Suite(.enabled(if: RealModel.path != nil, Comment(rawValue: RealModel.whySkipped)))
struct DiagnoseTests {
    struct Line: Decodable {
        let id: String
        let query: String
        let options: [String]
        let facts: [String]
        let scores: [[Double]]
        let tokens: [Int]
        let re_sum: [Double]
        let re_mean: [Double]
        let re_by_token: [[Double]]
    }

    static let lines: [Line] = {
        let path = repositoryPath("notebooks-data/reference/diagnosis/smollm2.jsonl")
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
    }()

    static func open() throws -> (Decoder, AnswerTokenizer) {
        let source = try ModelSource(path: RealModel.path ?? "")
        guard case .gguf(let vocabulary) = source.vocabulary else { throw CancellationError() }
        let tokenizer = try Tokenizer(
            Vocabulary(
                model: vocabulary.model, tokens: vocabulary.tokens, kinds: vocabulary.kinds.map(Int32.init),
                scores: vocabulary.scores ?? [], merges: vocabulary.merges,
                splitter: vocabulary.pre ?? "default",
                spacePrefix: .none, unknown: vocabulary.unknown.map(Int32.init),
                beginning: vocabulary.bos.map(Int32.init), end: vocabulary.eos.map(Int32.init),
                addsBeginning: false, addsEnd: false, chatTemplate: vocabulary.chatTemplate,
                source: source.path))
        return (try Decoder(source), try AnswerTokenizer(tokenizer))
    }

    static func subject(_ line: Line, placebos: [String] = []) -> Subject {
        Subject(
            Query(id: line.id, text: line.query), candidates: line.options.map { Candidate([$0]) },
            facts: line.facts.map { Fact($0) }, placebos: placebos)
    }

    @Test(arguments: [Normalization.sum, .mean])
    func relativeEntropiesMatchPyTorch(_ normalization: Normalization) async throws {
        let (model, tokenizer) = try Self.open()
        try #require(Self.lines.count == 4)
        let found = try await diagnose(
            Self.lines.map { Self.subject($0) }, by: model, tokenizer, normalization: normalization,
            packTokens: 300,
            workers: 2)
        #expect(found.layoutNoise < 1e-3)
        for (query, line) in zip(found.queries, Self.lines) {
            let expected = normalization == .sum ? line.re_sum : line.re_mean
            #expect(query.shifts.count == expected.count)
            for (shift, expected) in zip(query.shifts, expected) {
                #expect(abs(shift.relativeEntropy - expected) < 1e-3, "\(line.id)")
            }
        }
    }

    /// Along the likeliest answer, how each fact moves the belief in every next word of the vocabulary.
    @Test func tokenDivergencesMatchPyTorch() async throws {
        let (model, tokenizer) = try Self.open()
        let found = try await diagnose(
            Self.lines.map { Self.subject($0) }, by: model, tokenizer, normalization: .sum, packTokens: 300,
            workers: 2)
        let divergences = try await tokenDivergences(
            of: found.queries, by: model, tokenizer, packTokens: 64, workers: 2)
        for (divergences, line) in zip(divergences, Self.lines) {
            #expect(divergences.map(\.count) == line.re_by_token.map(\.count), "\(line.id)")
            for (own, expected) in zip(divergences.joined(), line.re_by_token.joined()) {
                #expect(abs(own - expected) < 1e-3, "\(line.id)")
            }
        }
    }

    /// Facts that are told again as random ones do the same; the order of queries and packs changes nothing.
    @Test func placebosAreScoredLikeFacts() async throws {
        let (model, tokenizer) = try Self.open()
        let line = Self.lines[0]
        let found = try await diagnose(
            [Self.subject(line, placebos: line.facts)], by: model, tokenizer, packTokens: 64, workers: 1)
        for (fact, random) in zip(found.queries[0].shifts, found.queries[0].placebos) {
            #expect(abs(fact.relativeEntropy - random.relativeEntropy) < 1e-3)
        }
        #expect(found.queries[0].normalization == .sum)
    }

    /// Told a random fact in the place of none: the same fact gives 0, another the divergence between both.
    @Test func standInsTakeThePlaceOfNothing() async throws {
        let (model, tokenizer) = try Self.open()
        let line = try #require(Self.lines.first { $0.facts.count >= 2 })
        let plain = Self.subject(line)
        let told = Subject(
            plain.query, candidates: plain.candidates, facts: plain.facts, placebos: [],
            standIn: line.facts[0])
        #expect(try prompts(of: told, model, tokenizer)?.count == told.promptCount)
        let found = try await diagnose([plain, told], by: model, tokenizer, packTokens: 300, workers: 2)
        let (bare, compared) = (found.queries[0], found.queries[1])
        #expect(compared.shifts[0].relativeEntropy < 1e-6 && bare.shifts[0].relativeEntropy > 1e-3)
        let between = relativeEntropy(of: bare.shifts[0].with, given: bare.shifts[1].with)
        #expect(between > 1e-3 && abs(compared.shifts[1].relativeEntropy - between) < 1e-3)
        for (a, b) in zip(compared.belief.probabilities, bare.belief.probabilities) {
            #expect(abs(a - b) < 1e-3)
        }
        let tokens = try await tokenDivergences(
            of: found.queries, by: model, tokenizer, packTokens: 300, workers: 1)
        #expect(tokens.map(\.count) == [line.facts.count, line.facts.count])
        #expect(tokens[1][0].allSatisfy { $0 < 1e-6 } && tokens[1][1].contains { $0 > 1e-3 })
    }

    @Test func sampledAnswersRepeatAndDiffer() async throws {
        let (model, tokenizer) = try Self.open()
        let told = Self.lines.prefix(2).map { line in
            (query: Query(id: line.id, text: line.query), facts: line.facts.map { Fact($0) })
        }
        var sampling = Sampling()
        sampling.maxTokens = 12
        func sample(_ packTokens: Int) async throws -> [[Candidate]] {
            try await sampledCandidates(
                for: told, by: model, tokenizer, sampling, tellingFacts: true, packTokens: packTokens,
                workers: 2)
        }
        let first = try await sample(512)
        #expect(try await sample(512) == first)
        for candidates in first {
            let keys = candidates.map { normalizedAnswer($0.wordings[0]) }
            #expect(Set(keys).count == keys.count && candidates.count >= 2 && candidates.count <= 4)
            #expect(candidates.prefix(2).allSatisfy { !$0.needsFact })
        }
    }

    /// A query longer than the context is cut in its middle, alike with and without a fact; a fact that alone fills the
    /// context leaves the query out.
    @Test func longQueriesAreCut() async throws {
        let (model, tokenizer) = try Self.open()
        let long =
            "Listen. " + String(repeating: "many words and ", count: model.contextLength / 2) + "Who can fly?"
        let short = Self.subject(Self.lines[0])
        let cut = Subject(
            Query(id: "long", text: long), candidates: short.candidates, facts: [short.facts[0]], placebos: []
        )
        let full = Subject(
            Query(id: "full", text: "Who?"), candidates: short.candidates,
            facts: [Fact(String(repeating: "a fact and ", count: model.contextLength))], placebos: [])
        let found = try await diagnose([full, short], by: model, tokenizer, packTokens: 512, workers: 2)
        #expect(found.tooLong == ["full"])
        #expect(found.queries.map(\.subject.query.id) == ["short"])
        let prompts = try #require(try prompts(of: cut, model, tokenizer))
        let longest = prompts.map { $0.prompt.count + ($0.options.map(\.count).max() ?? 0) }.max() ?? 0
        #expect(longest <= model.contextLength && longest > model.contextLength - 40)
        let texts = prompts.map { tokenizer.tokenizer.decode($0.prompt) }
        #expect(texts.allSatisfy { $0.contains("Listen.") && $0.contains("Who can fly?") })
        #expect(texts[1].replacing("Fact: \(short.facts[0].text)\n", with: "") == texts[0])
    }
}
