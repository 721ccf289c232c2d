import Foundation
import TestSupport
import Testing

/// Exit 0 means that the result is there; and a standard error that nobody reads ends nothing.
@Suite struct StreamTests {
    static let model = repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")

    /// The tool in a shell with these redirections, and what it said.
    private func shell(_ redirections: String, _ arguments: [String]) throws -> Tool.Outcome {
        let command = ([Tool.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        return try Tool.run(program: "/bin/sh", ["-c", "\(command) \(redirections)"])
    }

    private func data(in folder: TemporaryFolder) throws -> String {
        let path = folder.file("data.jsonl")
        let lines = (0..<8).map { #"{"id": "\#($0)", "prompt": "ab", "completion": "cd"}"# }
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test(arguments: ["> /dev/full", ">&-"]) func aResultThatIsLostIsAnError(_ redirection: String) throws {
        let folder = try TemporaryFolder()
        let data = try data(in: folder)
        for arguments in [
            ["model", "show", Self.model], ["score", "--model", Self.model, "--data", data, "--quiet"],
            ["generate", "--model", Self.model, "--prompt", "ab", "--max-tokens", "2"], ["--help"],
            ["--version"], ["tokenize", "--model", Self.model, "--text", "ab"],
        ] {
            let outcome = try shell(redirection, arguments)
            #expect(outcome.code == 74, "\(arguments): \(outcome.code) \(outcome.errors)")
            let last = outcome.errors.split(separator: "\n").last ?? ""
            #expect(last.hasPrefix("error: standard output could not be written"), "\(outcome.errors)")
        }
    }

    @Test func aReaderThatGoesAwayIsAnError() throws {
        let folder = try TemporaryFolder()
        let data = try data(in: folder)
        let outcome = try Tool.run(
            program: "/bin/sh",
            [
                "-c",
                "{ sleep 0.3; '\(Tool.path)' score --model '\(Self.model)' --data '\(data)' --tokens --quiet; echo code $? >&2; } | true",
            ])
        #expect(outcome.errors.contains("code 74"), "\(outcome.errors)")
    }

    @Test(arguments: ["2>&-", "2> /dev/full"]) func remarksMayBeLost(_ redirection: String) throws {
        let folder = try TemporaryFolder()
        let outcome = try shell(
            redirection, ["score", "--model", Self.model, "--data", try data(in: folder)])
        #expect(outcome.code == 0)
        #expect(outcome.output.split(separator: "\n").count == 8)
    }

    /// In a log that takes both, what was printed before a remark stands before it.
    @Test func bothStreamsComeInOrder() throws {
        let folder = try TemporaryFolder()
        let data = try data(in: folder)
        let output = folder.file("p.h5")
        let arguments = ["--model", Self.model, "--data", data, "--task", "t", "--output", output]
        _ = try Tool.run(["attribute"] + arguments)
        let outcome = try shell(
            "2>&1", ["attribute", "--replace", "--audit", "2"] + arguments)
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.code == 0)
        #expect(lines.last?.contains("wrote /t/base") == true, "\(outcome.output)")
    }

    /// The system's libraries would end the process with a signal where they can open nothing.
    @Test func tooFewFilesAreSaid() throws {
        let folder = try TemporaryFolder()
        let command = "ulimit -n 8; '\(Tool.path)' score --model none --data '\(try data(in: folder))'"
        let outcome = try Tool.run(program: "/bin/sh", ["-c", command])
        #expect(outcome.code == 74)
        #expect(outcome.errors.contains("only 8 files may be open at once"))
    }

    @Test func controlCharactersOfStrangersAreWrittenOut() throws {
        let folder = try TemporaryFolder()
        let model = try Tool.tinyModel(in: folder)
        let path = folder.file("data.jsonl")
        try #"{"id": "x\u001b[2Jy", "prompt": "ab", "completion": "cd"}"#.write(
            toFile: path, atomically: true, encoding: .utf8)
        let outcome = try Tool.run(["data", "show", "--model", model, "--data", path])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(!outcome.output.contains("\u{1B}") && outcome.output.contains("x\\u001b[2Jy"))
        let missing = try Tool.run(["data", "show", "--model", model, "--data", folder.file("a\u{1B}[2Jb")])
        #expect(missing.code == 66)
        #expect(!missing.errors.contains("\u{1B}"))
    }
}
