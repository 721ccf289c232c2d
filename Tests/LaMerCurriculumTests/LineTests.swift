import Foundation
import LaMerCurriculum
import Records
import TestSupport
import Testing

/// Each line of a file that people read is written and read by one type, which gives it back letter by letter.
@Suite struct LaMerLineTests {
    private func again<Line: Codable & Equatable>(_ line: Line) throws -> String {
        let folder = try TemporaryFolder()
        let path = folder.file("lines.jsonl")
        let writer = try JSONLinesWriter(path: path)
        try writer.write(line)
        try writer.finish()
        #expect(try readJSONLines(Line.self, at: path).map(\.record) == [line])
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test func linesOfADiagnosisAreReadBack() throws {
        var line = DiagnosisLine(
            queryID: "a", query: "Which can fly?", fact: "Penguins cannot fly.", relativeEntropy: 0.5,
            band: 2,
            candidates: ["The penguin", "The swift"], without: [0.5, 0.5], told: [0.1, 0.9])
        #expect(
            try again(line) == """
                {"query_id":"a","query":"Which can fly?","fact":"Penguins cannot fly.","re":0.5,"p":[0.5,0.5],"q":[0.1,0.9],\
                "candidates":["The penguin","The swift"],"band":2}

                """)
        (line.similarity, line.calibrated, line.chance) = (0.75, -0.25, 0.01)
        (line.jensenShannon, line.logOddsShift, line.kind) = (0.1, -2.5, "flip")
        (line.bandCuts, line.isNewAnswer, line.answer) = ([0.4, 0.7, 1], false, "The swift")
        (line.usableInformation, line.effect) = (0.8, "helpful")
        (line.meanOfTokens, line.byToken) = (0.2, [0.1, 0.3])
        (line.threshold, line.normalization, line.scoreTemperature) = (0.1, "sum", 2)
        (line.randomFacts, line.wordings) = (["Dogs bark."], [["The penguin", "A penguin"], ["The swift"]])
        (line.standIn, line.unaided) = ("Ice melts.", [0.6, 0.4])
        let text = try again(line)
        let keys = [
            "query_id", "query", "fact", "similarity", "re", "re_calibrated", "chance", "jsd",
            "log_odds_shift", "p",
            "q", "candidates", "kind", "band", "band_cuts", "new_answer", "answer", "pvi", "effect",
            "re_tokens",
            "re_by_token", "threshold", "normalization", "score_temperature", "random_facts", "wordings",
            "stand_in",
            "p_untold",
        ]
        var rest = text[...]
        for key in keys {
            let found = try #require(rest.firstRange(of: "\"\(key)\":"), "\(key) is missing or out of order")
            rest = rest[found.upperBound...]
        }
    }

    @Test func linesOfARemedyAreReadBack() throws {
        let pair = DiagnosisLine(
            queryID: "a", query: "x?", fact: "y", relativeEntropy: 0.5, band: 2, candidates: ["s", "t"],
            without: [0.75, 0.25], told: [0.25, 0.75])
        let item = RemediedPair(pair, isTrained: true, after: PairState(pair), threshold: 0.1)
        #expect(
            try again(OutcomeLine(item)) == """
                {"query_id":"a","fact":"y","outcome":"unchanged","trained":true,"adopted":false,"re_before":0.5,\
                "re_after":0.5,"re_calibrated_before":0.5,"re_calibrated_after":0.5,"p_before":[0.75,0.25],\
                "p_after":[0.75,0.25],"q_before":[0.25,0.75],"q_after":[0.25,0.75],"candidates":["s","t"],\
                "untold_before":"s","untold_after":"s","told_before":"t","told_after":"t"}

                """)
    }
}
