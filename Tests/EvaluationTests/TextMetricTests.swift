import Evaluation
import Foundation
import Records
import Statistics
import TestSupport
import Testing

/// What sacreBLEU, rouge-score and jiwer compute.
private struct Fixture: Decodable {
    struct Scores: Decodable {
        let bleu: [String: Double]
        let chrf, rouge1, rouge2, rougeL, wer, cer: Double
    }

    struct Case: Decodable {
        let name: String
        let lowercase: Bool
        let hypotheses, references: [String]
        let scores: Scores

        var pairs: [TextPair] {
            zip(hypotheses, references).map { TextPair(hypothesis: $0, references: [$1]) }
        }
    }

    struct Multiple: Decodable {
        let hypotheses: [String]
        let references: [[String]]
        let bleu, chrf: Double
    }

    let cases: [Case]
    let multiple: Multiple

    static let shared = Result {
        try JSONDecoder().decode(
            Fixture.self,
            from: Data(contentsOf: URL(filePath: fixture("text-metrics.json", of: "EvaluationTests"))))
    }
}

@Suite struct TextMetricTests {
    private func expect(_ metric: TextMetric, _ pairs: [TextPair], _ expected: Double, _ name: String) throws
    {
        let value = try #require(TextScores(metric, pairs).value)
        #expect(abs(value - expected) < 1e-9, "\(metric.name) of \(name): \(value), \(expected)")
    }

    @Test func everyValueIsTheReferencePrograms() throws {
        for corpus in try Fixture.shared.get().cases {
            let (pairs, lower) = (corpus.pairs, corpus.lowercase)
            for tokenizer in BLEUTokenizer.allCases {
                let expected = try #require(corpus.scores.bleu[tokenizer.rawValue])
                try expect(.bleu(tokenizer, lowercase: lower), pairs, expected, corpus.name)
            }
            try expect(.chrF(lowercase: lower), pairs, corpus.scores.chrf, corpus.name)
            try expect(.rouge(1), pairs, corpus.scores.rouge1, corpus.name)
            try expect(.rouge(2), pairs, corpus.scores.rouge2, corpus.name)
            try expect(.rougeL(), pairs, corpus.scores.rougeL, corpus.name)
            try expect(.wordErrorRate(lowercase: lower), pairs, corpus.scores.wer, corpus.name)
            try expect(.characterErrorRate(lowercase: lower), pairs, corpus.scores.cer, corpus.name)
        }
    }

    @Test func aLineMayHaveSeveralReferences() throws {
        let multiple = try Fixture.shared.get().multiple
        let pairs = zip(multiple.hypotheses, multiple.references).map {
            TextPair(hypothesis: $0, references: $1)
        }
        try expect(.bleu(), pairs, multiple.bleu, "several references")
        try expect(.chrF(), pairs, multiple.chrf, "several references")
    }

    /// Words of other scripts, which rouge-score does not know.
    @Test func rougeCountsWordsOfAnyScriptWhenAsked() throws {
        let pair = [TextPair(hypothesis: "Добрый день 猫です", references: ["добрый вечер 猫でした"])]
        #expect(try #require(TextScores(.rouge(1), pair).value) == 0)
        // добрый, 猫, で shared of 5 and 6 words.
        try expect(.rouge(1, .unicode), pair, 100 * 2 * 3 / 11, "unicode")
    }

    @Test func aSystemIsNotBetterThanItself() throws {
        let pairs = try #require(try Fixture.shared.get().cases.first { $0.name == "made" }).pairs
        let scores = TextScores(.bleu(), pairs)
        let difference = try #require(scores.difference(from: scores, seed: 1))
        #expect(difference.value == 0 && difference.p == 1)
        let worse = pairs.map { TextPair(hypothesis: $0.hypothesis + " zz zz zz", references: $0.references) }
        let found = try #require(scores.difference(from: TextScores(.bleu(), worse), seed: 1))
        #expect(found.value > 0 && found.p < 0.01)
        #expect(try #require(found.interval).low > 0)
    }

    @Test func withoutWordsThereIsNoErrorRate() {
        #expect(TextScores(.wordErrorRate(), [TextPair(hypothesis: "a", references: [""])]).value == nil)
    }
}
