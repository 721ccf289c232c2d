import ArgumentParser
import Foundation

/// A command with its flags and subcommands, as the argument parser describes it.
struct CommandTree: Decodable {
    /// A flag, an option with a value, or an argument without a name.
    struct Argument: Decodable {
        /// A name, and how it is written.
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        /// `flag`, `option` or `positional`.
        let kind: String
        let isOptional: Bool
        let isRepeating: Bool
        let shouldDisplay: Bool
        let sectionTitle: String?
        let names: [Name]?
        let valueName: String?
        let abstract: String?
        let defaultValue: String?

        /// Its names that begin with two dashes, without them.
        var longNames: [String] { (names ?? []).filter { $0.kind == "long" }.map(\.name) }
    }

    let commandName: String
    let abstract: String?
    let discussion: String?
    let arguments: [Argument]?
    let subcommands: [CommandTree]?

    /// The tool's commands.
    static func ofTool() throws -> CommandTree {
        struct Dump: Decodable { let command: CommandTree }
        return try JSONDecoder().decode(Dump.self, from: Data(SFTProbe._dumpHelp().utf8)).command
    }

    /// The subcommand that the first words name, its path with the tool's name, and the words behind it.
    func find(_ words: [String]) -> (command: CommandTree, path: String, rest: [String]) {
        var (command, path, rest) = (self, commandName, words[...])
        while let next = command.subcommands?.first(where: { $0.commandName == rest.first }) {
            path += " \(next.commandName)"
            (command, rest) = (next, rest.dropFirst())
        }
        return (command, path, Array(rest))
    }

    /// The argument of a long name.
    func argument(named name: String) -> Argument? { arguments?.first { $0.longNames.contains(name) } }

    /// The long names of all flags and options.
    var longNames: [String] { (arguments ?? []).flatMap(\.longNames) }
}
