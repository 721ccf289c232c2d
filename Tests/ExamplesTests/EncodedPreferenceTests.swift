import Examples
import Records
import Testing
import Transformers

@Suite struct EncodedPreferenceTests {
    private func pair(_ prompt: String, _ chosen: String, _ rejected: String) -> Preference {
        Preference(
            id: "x", line: 7, chosen: .promptCompletion(prompt: prompt, completion: chosen),
            rejected: .promptCompletion(prompt: prompt, completion: rejected))
    }

    @Test func bothSidesAreExamples() throws {
        let (pairs, rejects) = try encode(
            [pair("abc", "de", "f")], with: EncodedExampleTests.tokenizer(), contextLength: 100,
            vocabulary: 27)
        #expect(rejects.isEmpty)
        #expect(pairs[0].chosen.sequence.ids == [0, 1, 2, 3, 4, 26])
        #expect(pairs[0].rejected.sequence.ids == [0, 1, 2, 5, 26])
        #expect(pairs[0].rejected.sequence.supervised == [false, false, false, true, true])
    }

    @Test(arguments: [
        ("a", "b", "b", "are the same tokens"),
        ("abcd", "e", "xyz", "rejected: with its prompt it has 8 tokens"),
        ("a", "", "b", "chosen: its answer is empty"),
        ("a", "b", "bcdefghi", "rejected: the answer alone has 9 tokens"),
    ])
    func rejectsWithTheReason(_ prompt: String, _ chosen: String, _ rejected: String, _ reason: String) throws
    {
        let (pairs, rejects) = try encode(
            [pair(prompt, chosen, rejected)], with: EncodedExampleTests.tokenizer(), contextLength: 6,
            vocabulary: 27)
        #expect(pairs.isEmpty && rejects.count == 1)
        #expect(
            rejects[0].description.hasPrefix("line 7 (id x): ") && rejects[0].reason.contains(reason),
            "\(rejects)")
    }

    @Test func conversationsAreRendered() throws {
        func content(_ answer: String) -> Content {
            .conversation(
                [Message(role: "user", content: "a"), Message(role: "assistant", content: answer)],
                supervisedFrom: 1)
        }
        let (pairs, _) = try encode(
            [Preference(id: "x", line: 1, chosen: content("bc"), rejected: content("d"))],
            with: EncodedExampleTests.tokenizer(chatTemplate: EncodedExampleTests.template),
            contextLength: 100,
            vocabulary: 27)
        #expect(pairs[0].chosen.sequence.targetCount == 3 && pairs[0].rejected.sequence.targetCount == 2)
    }
}
