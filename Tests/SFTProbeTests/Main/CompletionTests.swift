import Foundation
import TestSupport
import Testing

/// What shells complete, and the manual page.
@Suite struct CompletionTests {
    private struct Dump: Decodable {
        let command: Command
    }

    private struct Command: Decodable {
        let commandName: String
        let arguments: [Argument]?
        let subcommands: [Command]?

        var all: [Command] { [self] + (subcommands ?? []).flatMap(\.all) }
    }

    private struct Argument: Decodable {
        struct Completion: Decodable {
            struct List: Decodable { let values: [String] }
            struct Files: Decodable {}
            let list: List?
            let file: Files?
            let directory: Files?
        }
        let kind: String
        let valueName: String?
        let abstract: String?
        let completionKind: Completion?
    }

    private func commands() throws -> [Command] {
        let text = try Tool.run(["--experimental-dump-help"]).output
        return try JSONDecoder().decode(Dump.self, from: Data(text.utf8)).command.all
    }

    @Test func pathsAreCompleted() throws {
        let named =
            /(?i)\b(file|files|folder|gguf|jsonl)\b|Lines with|Pairs written|Repair examples|The examples|Prompts \(JSON|The texts/
        // Numbers and names that speak of a file.
        let others: Set<String> = [
            "limit", "count", "evaluate-limit", "probe-limit", "task", "probe-task", "checkpoint",
            "ignore-fields", "order",
            "text", "controls", "entailment", "teacher", "compose", "select", "key-variable", "prompt",
            "pool-task",
        ]
        for command in try commands() {
            for argument in command.arguments ?? [] where argument.kind != "flag" {
                guard argument.abstract?.contains(named) == true, !others.contains(argument.valueName ?? "")
                else { continue }
                let completion = argument.completionKind
                #expect(
                    completion?.file != nil || completion?.directory != nil || completion?.list != nil,
                    "\(command.commandName) \(argument.valueName ?? "")")
            }
        }
    }

    @Test func valuesAreCompleted() throws {
        let attribute = try #require(commands().first { $0.commandName == "attribute" })
        func values(_ name: String) -> [String]? {
            attribute.arguments?.first { $0.valueName == name }?.completionKind?.list?.values
        }
        #expect(values("method")?.contains("gate-ig") == true)
        #expect(values("reduction") == ["example-mean", "example-sum", "batch-token-mean"])
        #expect(values("precision")?.contains("bf16") == true && values("progress") == ["auto", "json"])
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func scriptsAreThere(_ shell: String) throws {
        let script = try Tool.run(["--generate-completion-script", shell])
        #expect(
            script.code == 0 && script.output.contains("attribute") && script.output.contains("checkpoints")
        )
    }

    /// bash completes the name of a file behind a flag that takes one.
    @Test func bashCompletesFiles() throws {
        let folder = try TemporaryFolder()
        try "".write(toFile: folder.file("alpaca.json"), atomically: true, encoding: .utf8)
        let script = try Tool.run(["--generate-completion-script", "bash"]).output
        try script.write(toFile: folder.file("complete"), atomically: true, encoding: .utf8)
        let outcome = try Tool.run(
            program: "/bin/bash",
            [
                "-c",
                """
                cd '\(folder.path)'; source ./complete; COMP_WORDS=(sft-probe attribute --data alpa); COMP_CWORD=3
                COMP_LINE='sft-probe attribute --data alpa'; COMP_POINT=31; COMP_TYPE=9; COMP_KEY=9
                $(complete -p sft-probe | sed 's/.*-F \\([^ ]*\\).*/\\1/') sft-probe alpa --data
                echo "<${COMPREPLY[*]}>"
                """,
            ])
        #expect(outcome.output.contains("<alpaca.json"), "\(outcome.output) \(outcome.errors)")
    }

    @Test func theManualPageHasEveryCommand() throws {
        let page = try Tool.run(["--generate-man-page"])
        #expect(page.code == 0 && page.output.hasPrefix(".TH SFT-PROBE 1"))
        for command in try commands().dropFirst() where command.commandName != "help" {
            #expect(
                page.output.contains(command.commandName.replacing("-", with: "\\-")),
                "\(command.commandName)")
        }
        #expect(page.output.contains(".TP\n\\fB\\-\\-learning\\-rate\\fR"))
    }
}
