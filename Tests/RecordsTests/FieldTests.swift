import JSON
import Foundation
import Records
import Testing

/// What records and messages may hold besides what their shape names.
@Suite struct FieldTests {
    func read(
        _ text: String, name: String = "data.jsonl", ignoring keys: Set<String> = [], skipping: Bool = false
    ) throws -> RecordFile<Example> {
        let folder = try TemporaryFolder()
        return try readExamples(
            at: folder.file(text, name: name), RecordReading(skipsBadLines: skipping, ignoredKeys: keys))
    }

    static func messages(_ extra: String, beside: String = "") -> String {
        #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"\#(extra)}]\#(beside)}"#
    }

    static let refused: [(line: String, key: String)] = [
        (messages(#", "weight": 0.5"#), "weight"), (messages(#", "train_detail": [1]"#), "train_detail"),
        (messages(#", "function_call": {"name": "f"}"#), "function_call"),
        (messages("", beside: #", "images": ["a.png"]"#), "images"),
        (messages("", beside: #", "labels": [1, 2]"#), "labels"),
        (messages("", beside: #", "functions": [{"name": "f"}]"#), "functions"),
        (messages("", beside: #", "weight": 2"#), "weight"),
        (#"{"prompt": "p", "completion": "c", "system": "s"}"#, "system"),
        (#"{"text": "t", "input_ids": [1]}"#, "input_ids"),
        (
            #"{"messages": [{"role": "user", "content": "q", "weight": 1}, {"role": "assistant", "content": "a"}]}"#,
            "weight"
        ),
        (
            #"{"messages": [{"role": "system", "content": "x"}, {"role": "assistant", "content": "a"}], "system": "y"}"#,
            "system"
        ),
    ]

    /// A key that would change what is learned is refused by name, and can be passed over.
    @Test(arguments: refused)
    func refusesByName(line: String, key: String) throws {
        let error = #expect(throws: RecordError.self) { try read(line) }
        #expect(error?.description.contains("\"\(key)\"") == true, "\(String(describing: error))")
        guard case .notUnderstood(_, 1, key, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try read(line, ignoring: [key]).records.count == 1)
    }

    static let refusedOfChoices: [(extra: String, key: String)] = [
        (#""tools": [{"name": "f"}]"#, "tools"), (#""documents": [{"text": "t"}]"#, "documents"),
        (#""enable_thinking": false"#, "enable_thinking"), (#""system": "s""#, "system"),
        (#""chat_template_kwargs": {"x": 1}"#, "chat_template_kwargs"), (#""images": ["a.png"]"#, "images"),
    ]

    /// So is one of a question, or of a text whose states are read, that is plain text.
    @Test(arguments: refusedOfChoices)
    func refusesByNameBesidePlainText(extra: String, key: String) throws {
        let folder = try TemporaryFolder()
        let question = #"{"prompt": "p", "options": ["a", "b"], "answer": 0, \#(extra)}"#
        let path = try folder.file(question, name: "questions.jsonl")
        let error = #expect(throws: RecordError.self) { try readChoices(at: path) }
        guard case .notUnderstood(_, 1, key, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try readChoices(at: path, RecordReading(ignoredKeys: [key])).records.count == 1)
        let text = try folder.file(#"{"text": "t", \#(extra)}"#, name: "texts.jsonl")
        let second = #expect(throws: RecordError.self) { try readStateRecords(at: text) }
        guard case .notUnderstood(_, 1, key, _)? = second else {
            Issue.record("\(String(describing: second))")
            return
        }
        #expect(try readStateRecords(at: text, RecordReading(ignoredKeys: [key])).records.count == 1)
    }

    @Test func contrastsAreNotUsedOfQuestions() throws {
        let folder = try TemporaryFolder()
        let line = #"{"prompt": "p", "options": ["a", "b"], "answer": 0, "other_completion": "c"}"#
        let notes = try readChoices(at: folder.file(line)).notes
        #expect(notes.count == 1 && notes[0].contains("not used: the keys other_completion"))
    }

    /// What the template sees of a text whose states are read is what it sees of one that is learned.
    @Test func statesAreThoseOfTheWholeConversation() throws {
        let folder = try TemporaryFolder()
        let beside = #""system": "s", "tools": [{"name": "f"}], "enable_thinking": false, "label": 1"#
        let line = #"{"messages": [{"role": "user", "content": "q"}], \#(beside)}"#
        let file = try readStateRecords(at: folder.file(line))
        #expect(file.notes == [])
        let record = try #require(file.records.first)
        guard case .turns(let turns) = record.content else {
            Issue.record("\(record)")
            return
        }
        #expect(turns.map(\.role) == ["system", "user"] && turns[0].content == "s")
        #expect(record.variables.map(\.key) == ["tools", "enable_thinking"])
        #expect(record.label == "1")
    }

    static let harmless = [
        messages(#", "weight": 1, "tool_calls": [], "name": null, "train": true, "loss": null"#),
        messages(
            "",
            beside: #", "images": [], "labels": null, "tools": "", "chat_template_kwargs": {}, "weight": 1"#),
        #"{"task": [3], "id": 2.5, "text": "t"}"#,
        #"{"id": 12345678901234567890123, "text": "t", "x": NaN, "y": -Infinity}"#,
        #"{"text": "t", "other": "half \ud83d of a pair"}"#,
    ]

    @Test(arguments: harmless)
    func readsWhatDoesNotMatter(line: String) throws { #expect(try read(line).records.count == 1) }

    @Test func listsWhatIsNotUsed() throws {
        let file = try read(Self.messages("", beside: #", "source": "web", "prompt_id": 3"#))
        #expect(file.notes.count == 1 && file.notes[0].contains("not used: the keys prompt_id, source"))
    }

    @Test func takesTheSystemAndTheToolsFromBesideTheTurns() throws {
        let line =
            #"{"conversations": [{"from": "human", "value": "q"}, {"from": "function_call", "value": "{\"name\": \"f\", \"arguments\": {\"x\": 1}}"}, {"from": "observation", "value": "1"}, {"from": "gpt", "value": "a"}], "system": "s", "tools": "[{\"name\": \"f\"}]"}"#
        let example = try read(line).records[0]
        guard case .conversation(let messages, 0) = example.content else {
            Issue.record("\(example)")
            return
        }
        #expect(messages.map(\.role) == ["system", "user", "assistant", "tool", "assistant"])
        #expect(
            messages[2].members.last
                == .init(
                    "tool_calls",
                    [
                        ["type": "function", "function": ["name": "f", "arguments": ["x": 1]]]
                    ]))
        #expect(example.variables == [.init("tools", [["name": "f"]])])
    }

    static let wrong: [(line: String, reason: String)] = [
        (#"{"prompt": "p", "completion": 4}"#, "is not a string or a list of messages: found a number"),
        (#"{"prompt": "p", "completion": null}"#, "is null, expected a string or a list of messages"),
        (#"{"prompt": true, "completion": "c"}"#, "found true"),
        (#"{"prompt": "bad \ud83d end", "completion": "c"}"#, "half of a surrogate pair"),
        (messages(#", "name": "\udc00""#), "\"messages.1.name\" is a string with half of a surrogate pair"),
        (
            #"{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}"#,
            "one of type \"image_url\""
        ),
        (#"{"text": NaN}"#, "\"text\" is not a string: found a number"),
        (#"{"text": "a" "b"}"#, "it is not JSON: expected ',' or '}' at byte 13"),
        (#"{"conversations": [{"from": "function_call", "value": "{}"}]}"#, "name and arguments"),
    ]

    @Test(arguments: wrong)
    func saysWhatWasFound(line: String, reason: String) throws {
        let error = #expect(throws: RecordError.self) { try read(line) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    /// Python takes the last of equal keys, and so do TRL and datasets.
    @Test func theLastOfEqualKeysCounts() throws {
        let file = try read(#"{"prompt": "first", "completion": " one", "prompt": "second"}"#)
        #expect(file.records[0].content == .promptCompletion(prompt: "second", completion: " one"))
        #expect(file.notes.first?.contains("\"prompt\" stands twice") == true)
    }

    @Test func idsThatRepeatAreToldApart() throws {
        let file = try read(
            "{\"id\": 1, \"text\": \"a\"}\n{\"id\": \"1\", \"text\": \"b\"}\n{\"text\": \"c\"}")
        #expect(file.records.map(\.id) == ["1", "1#2", "3"])
        #expect(file.notes.first?.contains("1 records have an id") == true)
    }

    // MARK: Arrays and pipes

    @Test func readsAnArrayAsLines() throws {
        let lines = [#"{"text": "a, ] \" }"}"#, #"{"text": 3}"#, "{\"text\":\n \"b\", \"x\": [{}, [1]]}"]
        let array = "\u{FEFF} [ \(lines.joined(separator: " ,\n")) ]\n"
        let error = #expect(throws: RecordError.self) { try read(array, name: "data.json") }
        #expect(error?.description.contains("line 2: \"text\" is not a string") == true)
        let file = try read(array, name: "data.json", skipping: true)
        #expect(file.records.map(\.content) == [.text("a, ] \" }"), .text("b")])
        #expect(file.records.map(\.id) == ["1", "3"] && file.rejects.count == 1)
        #expect(file.notes[0].contains("a JSON array"))
        #expect(try read("[]").records.isEmpty)
        for (text, reason) in [
            ("[{\"text\": \"a\"}", "the file ends inside"), ("[{\"text\": \"a\"}] x", "something follows"),
            ("[{\"text\": \"a\"} {\"text\": \"b\"}]", "it is not JSON"), ("[1]", "not an object"),
        ] {
            let error = #expect(throws: RecordError.self) { try read(text) }
            #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        }
    }

    /// An array is read a piece at a time.
    @Test func readsElementsThatSpanPieces() throws {
        let texts = [3_000_000, 1, 1_048_566, 0].map { String(repeating: "x", count: $0) }
        let array = "[" + texts.map { "{\"text\": \"\($0)\"}" }.joined(separator: ",") + "]"
        #expect(try read(array).records.map(\.content) == texts.map { .text($0) })
    }

    /// What comes through a pipe can be read as often as a file.
    @Test func aPipeIsReadOnce() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        try #require(unsafe mkfifo(path, 0o600) == 0)
        let writer = Thread {
            try? Data("{\"question\": \"q\", \"choices\": [\"a\", \"b\"], \"answer\": 0}\n".utf8)
                .write(to: URL(filePath: path))
        }
        writer.start()
        #expect(try holdsChoices(at: path))
        #expect(try readChoices(at: path).records.count == 1)
        #expect(try String(contentsOfFile: reopenable(path), encoding: .utf8).hasPrefix("{\"question\""))
    }
}
