import FlyingFox
import Foundation
import ModelFiles
import Records
import Teachers
import TestServers
import TestSupport
import Testing
import Tokenization
import Transformers

@testable import Entailment

/// The forms in which entailment is scored.
@Suite struct EntailmentTests {
    private static let pair = EntailmentPair(
        premise: "A man plays a guitar on the stage.", hypothesis: "A man is on a stage.")

    private func write(_ text: String, in folder: TemporaryFolder) throws -> String {
        let path = folder.file("pairs.jsonl")
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test func wordsAreNoEntailment() async throws {
        let words = WordOverlap()
        let found = try await words.probabilities(of: [
            Self.pair, EntailmentPair(premise: "It rains.", hypothesis: "The man plays."),
            EntailmentPair(premise: "Dogs bark, cats purr.", hypothesis: "Dogs PURR at night."),
            EntailmentPair(premise: "This is it.", hypothesis: "It is."),
            EntailmentPair(premise: "x", hypothesis: ""),
        ])
        #expect(found == [1, 0, 2.0 / 3, 1, 0])
        #expect(words.source.note == "not entailment: word overlap" && words.source.threshold == 0.8)
    }

    @Test func judgementsAreReadAndMissingOnesNamed() async throws {
        let folder = try TemporaryFolder()
        let path = try write(
            """
            {"premise": "a", "hypothesis": "b", "entails": true}
            {"premise": "a", "hypothesis": "c", "entails": 0.25}
            {"premise": "a", "hypothesis": "b", "entails": 1}

            """, in: folder)
        let recorded = try RecordedEntailments(path: path)
        let (b, c) = (
            EntailmentPair(premise: "a", hypothesis: "b"), EntailmentPair(premise: "a", hypothesis: "c")
        )
        #expect(try await recorded.probabilities(of: [c, b]) == [0.25, 1])
        await #expect(throws: EntailmentError.notRecorded(path: path, Self.pair)) {
            try await recorded.probabilities(of: [b, Self.pair])
        }
        #expect("\(EntailmentError.notRecorded(path: path, Self.pair))".contains(Self.pair.hypothesis))
        let contradicting = try write(
            """
            {"premise": "a", "hypothesis": "b", "entails": true}
            {"premise": "a", "hypothesis": "b", "entails": false}

            """, in: folder)
        #expect(throws: EntailmentError.contradicts(path: path, b)) {
            try RecordedEntailments(path: contradicting)
        }
        for bad in [
            #"{"premise": "a", "hypothesis": "b"}"#, #"{"premise": "a", "hypothesis": "b", "entails": 2}"#,
        ] {
            let path = try write(bad + "\n", in: folder)
            #expect(throws: RecordError.self) { try RecordedEntailments(path: path) }
        }
    }

    @Test func aTeachersFirstWordCounts() async throws {
        let endpoint = FakeEndpoint { asked, _ in
            if asked.contains("unclear") { return try FakeEndpoint.says("Maybe.") }
            return try FakeEndpoint.says(
                asked.contains("Hypothesis: b") ? "<think>no, hm</think>\n**Yes**, it must." : "No")
        }
        try await endpoint.serving { address in
            let teacher = try EndpointTeacher(
                address: address, model: "m", key: "secret", price: nil, requestsPerMinute: 1_000_000)
            let judge = TeacherEntailment(teacher, parallel: 2)
            let pairs = ["b", "c", "b"].map { EntailmentPair(premise: "a", hypothesis: $0) }
            #expect(try await judge.probabilities(of: pairs) == [1, 0, 1])
            #expect(judge.source.form == .endpoint && judge.source.name == "m")
            let unclear = EntailmentPair(premise: "a", hypothesis: "unclear")
            await #expect(
                throws: EntailmentError.unclear(teacher: "m", unclear, reply: "Maybe.")
            ) { try await judge.probabilities(of: [unclear]) }
        }
    }

    /// A completion that begins with yes or no, and the log-probabilities of both in the form of chats or of texts.
    private static func probable(_ yes: Double, _ no: Double, isText: Bool) throws -> HTTPResponse {
        let word = yes > no ? "Yes" : "No"
        let others = [("Yes", yes), ("No", no), ("Maybe", -6.0)]
        let choice: [String: Any] =
            isText
            ? [
                "text": word,
                "logprobs": [
                    "tokens": [word], "token_logprobs": [max(yes, no)],
                    "top_logprobs": [Dictionary(uniqueKeysWithValues: others)],
                ],
            ]
            : [
                "message": ["role": "assistant", "content": word],
                "logprobs": [
                    "content": [
                        [
                            "token": word, "logprob": max(yes, no),
                            "top_logprobs": others.map { ["token": $0.0, "logprob": $0.1] },
                        ]
                    ]
                ],
            ]
        return HTTPResponse(
            statusCode: .ok, body: try JSONSerialization.data(withJSONObject: ["choices": [choice]]))
    }

    /// p(yes) / (p(yes) + p(no)), of chats and of texts; kept with the reply, and the source says so.
    @Test(arguments: ["", "/completions"]) func logProbabilitiesCount(_ path: String) async throws {
        let endpoint = FakeEndpoint { asked, _ in
            try Self.probable(
                asked.contains("Hypothesis: b") ? -0.2 : -3, asked.contains("Hypothesis: b") ? -1.7 : -0.1,
                isText: !path.isEmpty)
        }
        let folder = try TemporaryFolder()
        let pairs = ["b", "c"].map { EntailmentPair(premise: "a", hypothesis: $0) }
        try await endpoint.serving { address in
            let teacher = try EndpointTeacher(
                address: address + path, model: "m", key: "secret", price: nil, requestsPerMinute: 1_000_000)
            for _ in 0..<2 {
                let kept = RecordedTeacher(teacher, try ReplyFile(path: folder.file("replies.jsonl")))
                let found = try await TeacherEntailment(kept, parallel: 1).scores(of: pairs) { _ in }
                #expect(found.source.reading == .logProbabilities)
                let expected = [(-0.2, -1.7), (-3, -0.1)].map { exp($0.0) / (exp($0.0) + exp($0.1)) }
                #expect(zip(found.probabilities, expected).allSatisfy { abs($0 - $1) < 1e-12 })
            }
        }
        #expect(endpoint.seen.count == 2)  // the second time they are known
        let body = try JSONSerialization.jsonObject(with: endpoint.bodies[0]) as? [String: Any]
        #expect(path.isEmpty ? body?["logprobs"] as? Bool == true : body?["logprobs"] as? Int == 20)
        #expect(path.isEmpty ? body?["top_logprobs"] as? Int == 20 : body?["prompt"] != nil)
    }

    /// An endpoint that refuses to say, or says it of some pairs alone: the first word counts for all of them.
    @Test(arguments: [true, false]) func otherwiseFirstWordsCount(_ refuses: Bool) async throws {
        let endpoint = FakeEndpoint { asked, count in
            if refuses && count < 3 {
                return HTTPResponse(
                    statusCode: .badRequest,
                    body: Data(#"{"error": {"message": "logprobs: not supported by this model"}}"#.utf8))
            }
            return asked.contains("Hypothesis: b")
                ? try FakeEndpoint.says("Yes") : try Self.probable(-3, -0.1, isText: false)
        }
        try await endpoint.serving { address in
            let teacher = try EndpointTeacher(
                address: address, model: "m", key: "secret", price: nil, requestsPerMinute: 1_000_000)
            let judge = TeacherEntailment(teacher, parallel: 1)
            let pairs = ["b", "c"].map { EntailmentPair(premise: "a", hypothesis: $0) }
            let found = try await judge.scores(of: pairs) { _ in }
            #expect(found.probabilities == [1, 0] && found.source.reading == .firstWord)
        }
        let body =
            try JSONSerialization.jsonObject(with: try #require(endpoint.bodies.last)) as? [String: Any]
        #expect((body?["logprobs"] == nil) == refuses)
    }

    /// A calibration of first words is none of log-probabilities.
    @Test func aCalibrationIsOfOneReading() async throws {
        let endpoint = FakeEndpoint { _, _ in try Self.probable(-3, -0.1, isText: false) }
        let (words, logs) = (
            EntailmentSource(.endpoint, "m").read(by: .firstWord),
            EntailmentSource(.endpoint, "m").read(by: .logProbabilities)
        )
        let p = [0.9, 0.2, 0.6, 0.4]
        try await endpoint.serving { address in
            let teacher = try EndpointTeacher(
                address: address, model: "m", key: "secret", price: nil, requestsPerMinute: 1_000_000)
            for (source, fits) in [(words, false), (logs, true)] {
                let calibration = try #require(
                    EntailmentCalibration(.platt, of: source, p, isEntailed: [true, false, false, true]))
                let scorer = try CalibratedEntailment(
                    TeacherEntailment(teacher, parallel: 1), by: calibration, at: "c.json")
                let found = try? await scorer.scores(of: [Self.pair]) { _ in }
                #expect((found != nil) == fits)
            }
        }
    }

    private struct Reference: Decodable {
        struct Pair: Decodable {
            let premise, hypothesis: String
            let probabilities: [Double]
        }
        let labels: [String]
        let pairs: [Pair]
    }

    /// Tokenizer, encoder, classifier and the place of the label, against transformers.
    @Test(arguments: ["bert", "roberta", "distilbert"]) func encodersMatch(_ kind: String) async throws {
        let folder = repositoryPath("notebooks-data/reference/encoders/\(kind)")
        let reference = try JSONDecoder().decode(
            Reference.self, from: Data(contentsOf: URL(filePath: folder + "/reference.json")))
        let scorer = try EncoderEntailment(
            SequenceClassifier(ModelSource(path: folder)),
            Tokenizer(tokenizerJSON: folder + "/tokenizer.json"),
            name: kind, packTokens: 64, workers: 2)
        let found = try await scorer.probabilities(
            of: reference.pairs.map { EntailmentPair(premise: $0.premise, hypothesis: $0.hypothesis) })
        let place = try #require(reference.labels.firstIndex { $0.lowercased() == "entailment" })
        for (found, pair) in zip(found, reference.pairs) {
            #expect(abs(found - pair.probabilities[place]) < 1e-5)
        }
    }

    @Test func labelsAreReadByTheirMeaning() throws {
        let folder = try TemporaryFolder()
        func labels(_ values: [String], entailment: String? = nil) throws -> [Bool?] {
            let path = try write(
                values.map { #"{"premise": "a", "hypothesis": "b", "label": \#($0)}"# }.joined(
                    separator: "\n")
                    + "\n", in: folder)
            return try EntailmentFile(at: path, entailment: entailment).pairs.map(\.isEntailed)
        }
        #expect(try labels(["true", "false", "null"]) == [true, false, nil])
        #expect(
            try labels([#""entailment""#, #""Neutral""#, #""contradiction""#, #""-""#])
                == [true, false, false, nil])
        #expect(try labels(["0", "1", "2", "-1"]) == [true, false, false, nil])
        #expect(try labels(["0", "1"], entailment: "1") == [false, true])
        #expect(throws: EntailmentError.self) { try labels(["0", "1"]) }
        #expect(throws: EntailmentError.self) { try labels([#""maybe""#]) }
        #expect(throws: EntailmentError.self) { try labels(["0", "2", "7"]) }
    }
}
