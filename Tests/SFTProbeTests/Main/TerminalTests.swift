import Foundation
import TestSupport
import Testing

/// The tool on a terminal, as `script` of util-linux gives it one.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "no /usr/bin/script"))
struct TerminalTests {
    static let model = repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")
    let folder: TemporaryFolder
    let patterns: String

    init() throws {
        folder = try TemporaryFolder()
        patterns = folder.file("p.h5")
        let data = folder.file("data.jsonl")
        try (0..<8).map { #"{"prompt": "ab \#($0)", "completion": "cd \#($0)"}"# }.joined(separator: "\n")
            .write(toFile: data, atomically: true, encoding: .utf8)
    }

    private func measured() throws -> String {
        let outcome = try Tool.run([
            "attribute", "--model", Self.model, "--data", folder.file("data.jsonl"), "--task", "t",
            "--output",
            patterns, "--quiet",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        return patterns
    }

    /// What a window of so many columns is sent.
    private func window(
        _ columns: Int, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> String {
        let command = ([Tool.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let variables = ["TERM": "xterm-256color"].merging(environment) { $1 }
        return try Tool.run(
            program: "/usr/bin/script", ["-qec", "stty cols \(columns) rows 40; \(command)", "/dev/null"],
            environment: variables, without: "NO_COLOR"
        ).output
    }

    /// The text without colours.
    private func plain(_ text: String) -> String { text.replacing(/\u{1B}\[[0-9;]*m/, with: "") }

    @Test func tablesFitTheWindow() throws {
        let file = try measured()
        for command in [["stats"], ["list"], ["show", "--task", "t"]] {
            let arguments = ["patterns", command[0], file] + command.dropFirst()
            let text = plain(try window(80, arguments))
            let tables = text.split(whereSeparator: \.isNewline).filter { $0.contains("──") }
            #expect(!tables.isEmpty && tables.allSatisfy { $0.count <= 80 }, "\(text)")
        }
        let list = try window(80, ["patterns", "list", file, "--wide"])
        #expect(list.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("──") && $0.count > 80 })
        let piped = try Tool.run(["patterns", "list", file]).output
        #expect(piped == list.replacing("\r\n", with: "\n"))
    }

    @Test func headsAreShownInColours() throws {
        let file = try measured()
        let stats = ["patterns", "stats", file]
        let full = try window(80, stats, environment: ["COLORTERM": "truecolor"])
        #expect(full.contains("\u{1B}[48;2;253;231;37m"), "the strongest head is yellow")
        #expect(try window(80, stats).contains("\u{1B}[48;5;"))
        for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            #expect(!(try window(80, stats, environment: [name: value])).contains("\u{1B}["))
        }
        #expect(!(try Tool.run(stats).output).contains("\u{1B}["))
    }

    @Test func examplesAreColouredUnlessToldOtherwise() throws {
        let arguments = ["data", "show", "--model", Self.model, "--data", folder.file("data.jsonl")]
        #expect(try window(80, arguments).contains("\u{1B}[32m"))
        let plain = try window(80, arguments, environment: ["NO_COLOR": "1"])
        #expect(plain.contains("⟦") && !plain.contains("\u{1B}["))
    }

    /// The bar is there before the first result, within the window, and leaves nothing behind.
    @Test(arguments: [40, 80]) func theBarLeavesNoLines(_ columns: Int) throws {
        let name = String(repeating: "long-name-", count: 12)
        let text = try window(
            columns,
            [
                "attribute", "--model", Self.model, "--data", folder.file("data.jsonl"), "--task", name,
                "--output", patterns,
            ])
        let drawn = text.split(separator: "\r").filter { $0.contains("/8, ") && $0.hasSuffix("\u{1B}[K") }
        #expect(drawn.allSatisfy { $0.count - 3 < columns && !$0.contains("\n") }, "\(text)")
        #expect(!drawn.isEmpty, "\(text)")
        // The screen that results: what was drawn is erased before the next sentence.
        let sentences = text.split(separator: "\n").map { $0.split(separator: "\u{1B}[K").last ?? "" }
        #expect(!sentences.contains { $0.contains("░") }, "\(text)")
    }
}
