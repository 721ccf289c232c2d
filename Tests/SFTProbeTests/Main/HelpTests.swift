import Foundation
import Testing

/// What the help texts promise: each flag that may be left out says what happens then.
@Suite struct HelpTests {
    private struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let arguments: [Argument]?
        let subcommands: [Command]?
    }

    private struct Argument: Decodable {
        struct Name: Decodable { let name: String }
        let kind: String
        let isOptional: Bool
        let shouldDisplay: Bool
        let names: [Name]?
        let abstract: String?
        let defaultValue: String?

        var saysItsDefault: Bool {
            let text = abstract ?? ""
            return defaultValue != nil
                || ["efault", "equired", "may be repeated"].contains { text.contains($0) }
        }
    }

    private struct Dump: Decodable { let command: Command }

    private static func all() throws -> [(path: String, command: Command)] {
        let text = try Tool.run(["--experimental-dump-help"]).output
        func below(_ command: Command, _ path: String) -> [(String, Command)] {
            let own = path.isEmpty ? command.commandName : "\(path) \(command.commandName)"
            return [(own, command)] + (command.subcommands ?? []).flatMap { below($0, own) }
        }
        return below(try JSONDecoder().decode(Dump.self, from: Data(text.utf8)).command, "")
    }

    @Test func everyOptionSaysItsDefault() throws {
        let commands = try Self.all()
        #expect(commands.count > 30)
        for (path, command) in commands {
            for argument in command.arguments ?? []
            where argument.kind == "option" && argument.isOptional && argument.shouldDisplay {
                #expect(argument.saysItsDefault, "\(path) --\(argument.names?.last?.name ?? "")")
            }
        }
    }

    @Test func everyCommandHasAnExample() throws {
        for (path, command) in try Self.all()
        where (command.subcommands ?? []).isEmpty && command.commandName != "help" {
            #expect(command.discussion?.contains("Example: sft-probe") == true, "\(path)")
        }
    }
}
