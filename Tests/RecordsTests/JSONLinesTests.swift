import Foundation
import Records
import Testing

private struct Row: Codable, Equatable {
    let zebra: String
    let apple: [Double]
    let nested: Inner
    let none: Int?

    struct Inner: Codable, Equatable {
        let b: Bool
        let a: Float
    }
}

@Suite struct JSONLinesTests {
    @Test func keepsTheOrderOfKeys() throws {
        let row = Row(
            zebra: "a\"\\\n\u{1}\u{2028}é😀", apple: [1, 0.1, -2e-9, 1e300], nested: .init(b: true, a: 0.1),
            none: nil)
        let line = try jsonLine(row)
        #expect(
            line == #"{"zebra":"a\"\\\n\u0001"# + "\u{2028}é😀"
                + #"","apple":[1.0,0.1,-2e-09,1e+300],"nested":{"b":true,"a":0.1}}"#)
        #expect(try JSONDecoder().decode(Row.self, from: Data(line.utf8)) == row)
    }

    @Test func sortsDictionariesAndWritesEveryKindOfNumber() throws {
        #expect(try jsonLine(["b": 1, "a": 2, "c": Int?.none]) == #"{"a":2,"b":1,"c":null}"#)
        #expect(try jsonLine([UInt64.max]) == "[18446744073709551615]")
        #expect(try jsonLine([Int8.min]) == "[-128]")
        #expect(try jsonLine([[], ["x"]]) == #"[[],["x"]]"#)
        #expect(try jsonLine([String: [Int]]()) == "{}")
        #expect(try jsonLine("x") == #""x""#)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func refusesWhatJSONHasNoNumberFor(number: Double) {
        let error = #expect(throws: RecordError.self) { try jsonLine(["loss": number]) }
        #expect(error?.description.contains("for which JSON has no number") == true)
    }

    @Test func readsBackWhatItWrote() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out.jsonl"
        let messages = (0..<5000).map { Message(role: "user", content: "line \($0)\n") }
        let writer = try JSONLinesWriter(path: path)
        for message in messages { try writer.write(message) }
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.finish()
        #expect(try readJSONLines(Message.self, at: path).map(\.record) == messages)
        #expect(try readJSONLines(Message.self, at: path).last?.line == 5000)
    }

    @Test func replacesAFileOnlyWhenItIsDone() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("old\n", name: "out.jsonl")
        func content() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
        do {
            let writer = try JSONLinesWriter(path: path)
            try writer.write(["new"])
        }
        #expect(try content() == "old\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.jsonl"])

        let writer = try JSONLinesWriter(path: path)
        try writer.write(["new"])
        #expect(try content() == "old\n")
        try writer.finish()
        #expect(try content() == "[\"new\"]\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.jsonl"])
    }

    @Test func saysWhereNothingCanBeWritten() throws {
        let folder = try TemporaryFolder()
        for path in [folder.path + "/none/out.jsonl", folder.path] {
            let error = #expect(throws: RecordError.self) { try JSONLinesWriter(path: path) }
            #expect(error?.description.hasPrefix("\(path): cannot be written") == true)
        }
    }

    @Test func namesTheLineThatIsNoRecord() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("{\"role\":\"user\",\"content\":\"c\"}\n{\"role\":\"user\"}\n")
        #expect(throws: RecordError.malformed(path: path, line: 2, reason: "the record has no \"content\"")) {
            try readJSONLines(Message.self, at: path)
        }
    }
}
