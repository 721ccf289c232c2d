import FlyingFox
import Foundation
import LaMerCurriculum
import Records
import Teachers
import TestServers
import TestSupport
import Testing

@Suite struct SynthesisTests {
    static let pair = DiagnosisLine(
        queryID: "q", query: "The man put salt on the icy steps. What happened as a result?",
        fact: "Salt lowers the freezing point of water.", relativeEntropy: 0.8, band: 3,
        candidates: ["It froze.", "The ice melted."], without: [0.5, 0.5], told: [0.1, 0.9])

    private func pair(_ fact: String, _ entropy: Double, _ band: Int) -> DiagnosisLine {
        DiagnosisLine(
            queryID: "q", query: "x", fact: fact, relativeEntropy: entropy, band: band,
            candidates: ["a", "b"],
            without: [0.5, 0.5], told: [1, 0])
    }

    @Test func quotas() {
        let pairs = [pair("a", 0.2, 1), pair("b", 1.6, 4), pair("A.", 0.8, 3), pair("c", 0.05, 0)]
        #expect(Quota.band.counts(pairs, cap: 100) == [1, 4, 3, 0])
        // The cap counts the same fact together, worst pairs first.
        #expect(Quota.band.counts(pairs, cap: 3) == [0, 3, 3, 0])
        // So does it facts that say nearly the same.
        let alike = ["Cats can climb tall trees.", "cats can climb very tall trees", "Fish swim."]
        #expect(Quota.band.counts(alike.map { pair($0, 2, 4) }, cap: 5) == [4, 1, 4])
        #expect(Quota.proportional(total: 13).counts(pairs, cap: 100) == [1, 8, 4, 0])
        #expect(Quota.proportional(total: 2).counts(pairs, cap: 100).reduce(0, +) == 2)
        #expect(Quota.proportional(total: 5).counts([pair("c", 0, 0)], cap: 9) == [0])
    }

    @Test func templatesNeedNoTeacher() {
        let made = templateExamples(for: Self.pair, count: 3, number: 6)
        #expect(made.count == 3 && made.allSatisfy { $0.source == "template" && $0.band == 3 })
        #expect(made[0].prompt == Self.pair.query)
        #expect(made[0].completion == "Explanation: \(Self.pair.fact)\nAnswer: The ice melted.")
        #expect(Set(made.map(\.id)) == ["7-1", "7-2", "7-3"])
        #expect(templateExamples(for: Self.pair, count: 0, number: 0).isEmpty)
    }

    /// A teacher that answers from a list, and says what it was asked.
    struct Scripted: Teacher {
        let name = "scripted"
        let answer: @Sendable (String) -> String

        func reply(to request: TeacherRequest) async throws(TeacherError) -> String {
            answer(request.messages.last?.content ?? "")
        }
    }

    static let problems = #"""
        Here you are:
        ```json
        [{"problem": "A road crew spreads brine before a frosty night. Does the road freeze at -2 °C?", "working": "Brine freezes lower.", "answer": "No"},
         {"problem": "The man put salt on the icy steps. What happened as a result of it?", "answer": "It melted"},
         {"problem": "", "answer": "x"},
         {"problem": "Using the fact, say whether the sea freezes at 0 °C.", "answer": "No"},
         {"problem": "How many degrees below zero does a lake of pure water need?", "answer": 7},
         {"problem": "A road crew spreads brine before a frosty night. Will the road freeze at -2 °C?", "answer": "no"},
         {"problem": "Why do cooks add salt to ice when they make ice cream?", "answer": "Colder"}]
        ```
        """#

    @Test func everyRejectHasItsReason() async throws {
        let teacher = Scripted { asked in
            if asked.hasPrefix("Here is a general fact") { return Self.problems }
            if asked.contains("lake") { return "It needs none.\nAnswer: 0" }
            return asked.contains("cooks") ? "Thinking…\nAnswer: The mixture gets colder." : "Answer: No."
        }
        let made = try await synthesize([Self.pair], counts: [3], teacher: teacher, parallel: 2, seed: 0)
        try #require(made.examples.count == 2, "\(made.rejects)")
        #expect(made.examples.map { String($0.prompt.prefix(8)) } == ["A road c", "Why do c"])
        #expect(made.examples[0].completion == "Brine freezes lower.\nAnswer: No")
        #expect(made.examples[1].completion == "Answer: Colder")
        let reasons = made.rejects.map(\.reason)
        #expect(reasons.count == 5, "\(reasons)")
        for reason in [
            "it repeats the query", "it is empty", "it mentions that a fact was given",
            "asked again, the teacher answers \"0\" and not \"7\"", "it repeats an earlier example",
        ] {
            #expect(reasons.contains(reason), "\(reason)")
        }
    }

    @Test(arguments: [
        "I cannot do that.", "[", "[1, 2]", #"[{"problem": "x"}]"#, "", #"{"problem": "x", "answer": "y"}"#,
    ])
    func garbageIsKeptAsAReject(_ reply: String) async throws {
        let made = try await synthesize(
            [Self.pair], counts: [2], teacher: Scripted { _ in reply }, parallel: 1, seed: 0)
        let reason =
            reply.isEmpty
            ? "the reply has no text, only thoughts or nothing" : "the reply is no list of problems"
        #expect(made.examples.isEmpty && made.rejects.map(\.reason) == [reason])
        #expect(made.rejects[0].text == reply)
    }

    /// An endpoint that dies half-way: what it answered is kept, and the next run asks for the rest alone.
    @Test func aBrokenRunGoesOn() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("replies.jsonl")
        let pairs = (0..<4).map { number in
            DiagnosisLine(
                queryID: "q\(number)", query: "query \(number)", fact: "fact \(number)", relativeEntropy: 0.2,
                band: 1,
                candidates: ["a", "b"], without: [0.5, 0.5], told: [1, 0])
        }
        let reply = #"[{"problem": "Something quite different about number NUMBER", "answer": "yes"}]"#
        let dying = FakeEndpoint { asked, count in
            count > 2 ? HTTPResponse(statusCode: .badRequest) : try FakeEndpoint.says(reply)
        }
        await #expect(throws: TeacherError.self) {
            try await dying.serving { address in
                let teacher = RecordedTeacher(try self.endpoint(address), try ReplyFile(path: path))
                return try await synthesize(
                    pairs, counts: [1, 1, 1, 1], teacher: teacher, checksAnswers: false, parallel: 1, seed: 0
                ).examples
            }
        }
        #expect(try ReplyFile(path: path).count == 2)
        let healed = FakeEndpoint { _, _ in try FakeEndpoint.says(reply) }
        let examples = try await healed.serving { address in
            let teacher = RecordedTeacher(try self.endpoint(address), try ReplyFile(path: path))
            return try await synthesize(
                pairs, counts: [1, 1, 1, 1], teacher: teacher, checksAnswers: false, parallel: 1, seed: 0
            ).examples
        }
        #expect(examples.count == 4 && healed.seen.count == 2)
        #expect(Set(examples.map(\.source)) == ["m"])
    }

    private func endpoint(_ address: String) throws -> EndpointTeacher {
        try EndpointTeacher(
            address: address, model: "m", key: "secret", price: nil, requestsPerMinute: 1_000_000,
            firstDelay: .milliseconds(5))
    }
}
