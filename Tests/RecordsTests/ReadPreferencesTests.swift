import Records
import Testing

@Suite struct ReadPreferencesTests {
    static let user = #"{"role": "user", "content": "q"}"#
    static func said(_ text: String) -> String { #"{"role": "assistant", "content": "\#(text)"}"# }
    static func turns(_ texts: [String]) -> [Message] {
        texts.map { Message(role: $0 == "q" ? "user" : $0 == "s" ? "system" : "assistant", content: $0) }
    }

    static let shapes: [(line: String, chosen: Content, rejected: Content)] = [
        (
            #"{"prompt": "p", "chosen": "a", "rejected": "b"}"#,
            .promptCompletion(prompt: "p", completion: "a"), .promptCompletion(prompt: "p", completion: "b")
        ),
        (
            #"{"prompt": [\#(user)], "chosen": [\#(said("a"))], "rejected": [\#(said("b"))]}"#,
            .conversation(turns(["q", "a"]), supervisedFrom: 1),
            .conversation(turns(["q", "b"]), supervisedFrom: 1)
        ),
        (
            #"{"chosen": [\#(user), \#(said("a"))], "rejected": [\#(user), \#(said("b"))]}"#,
            .conversation(turns(["q", "a"]), supervisedFrom: 1),
            .conversation(turns(["q", "b"]), supervisedFrom: 1)
        ),
        (
            #"{"prompt": "q", "chosen": [\#(user), \#(said("a"))], "rejected": [\#(user), \#(said("b"))], "system": "s"}"#,
            .conversation(turns(["s", "q", "a"]), supervisedFrom: 2),
            .conversation(turns(["s", "q", "b"]), supervisedFrom: 2)
        ),
        (
            #"{"prompt": [\#(user)], "chosen": [\#(user), \#(said("a"))], "rejected": [\#(user), \#(said("b"))]}"#,
            .conversation(turns(["q", "a"]), supervisedFrom: 1),
            .conversation(turns(["q", "b"]), supervisedFrom: 1)
        ),
    ]

    @Test(arguments: shapes) func readsEachShape(line: String, chosen: Content, rejected: Content) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(line)
        #expect(try holdsPreferences(at: path))
        let file = try readPreferences(at: path)
        #expect(file.records == [Preference(id: "1", line: 1, chosen: chosen, rejected: rejected)])
        #expect(file.notes.isEmpty)
    }

    static let bad: [(line: String, reason: String)] = [
        (#"{"chosen": "a", "rejected": "b"}"#, "has no \"prompt\""),
        (
            #"{"prompt": "p", "chosen": "a", "rejected": 1}"#,
            "\"rejected\" is not a string or a list of messages"
        ),
        (#"{"prompt": "p", "chosen": "a", "rejected": [\#(user)]}"#, "one is a string and the other a list"),
        (#"{"prompt": [\#(user)], "chosen": "a", "rejected": "b"}"#, "give messages in all three"),
        (#"{"chosen": [\#(said("a"))], "rejected": [\#(said("b"))]}"#, "do not begin with the same turns"),
        (
            #"{"prompt": "z", "chosen": [\#(user), \#(said("a"))], "rejected": [\#(user), \#(said("b"))]}"#,
            "\"prompt\" says something else"
        ),
        (#"{"prompt": "p", "chosen": "a", "rejected": "b", "weight": 2}"#, "\"weight\" that is not 1"),
        (
            #"{"prompt": "p", "chosen": "a", "rejected": "b", "ref_chosen_logps": [1]}"#,
            "would change what is learned"
        ),
        (#"{"prompt": "p", "chosen": "a", "rejected": "b", "tools": [{}]}"#, "\"tools\" goes with messages"),
    ]

    @Test(arguments: bad) func refusesWithTheReason(line: String, reason: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(line)
        let error = #expect(throws: RecordError.self) { try readPreferences(at: path) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(reason), "\(error.map { "\($0)" } ?? "")")
    }

    @Test func otherKeysAreNamedAndIdsKept() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(
            #"{"id": "a", "prompt": "p", "chosen": "a", "rejected": "b", "score_chosen": 8}"#)
        let file = try readPreferences(at: path)
        #expect(file.records.map(\.id) == ["a"])
        #expect(file.notes.count == 1 && file.notes[0].hasSuffix("not used: the keys score_chosen."))
    }

    @Test func examplesAreNotPreferences() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(#"{"prompt": "p", "chosen": "a", "rejected": "b"}"#)
        let error = #expect(throws: RecordError.self) { try readExamples(at: path, RecordReading()) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("`train --objective preference`"))
    }
}
