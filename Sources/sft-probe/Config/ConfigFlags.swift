import Runs

extension ConfigFile {
    /// The arguments of a command with the flags of the file that `--config` names, as if they had been typed; a flag that
    /// was typed wins. Without `--config` the arguments as they are.
    ///
    /// - Returns: The arguments, and a sentence about what came from the file.
    static func expand(_ arguments: [String]) throws -> (arguments: [String], remark: String?) {
        guard let path = try path(in: arguments) else { return (arguments, nil) }
        let (command, name, rest) = try CommandTree.ofTool().find(arguments)
        guard command.subcommands == nil else { return (arguments, nil) }
        let file = try ConfigFile(path: path)
        let typed = Set(rest.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map(flagName))
        var (flags, won): ([String], [String]) = ([], [])
        for entry in file.entries {
            let argument = try file.argument(of: entry, in: command, name)
            if typed.isDisjoint(with: command.namesLike(argument)) {
                flags += try file.flags(entry, argument)
            } else {
                won.append("--\(entry.name)")
            }
        }
        let words = arguments.count - rest.count
        let remark =
            "\(path): \(flags.isEmpty ? "no flags" : flags.joined(separator: " "))"
            + (won.isEmpty ? "" : "; from the command line: \(won.joined(separator: " "))")
        return (arguments[..<words] + flags + rest, remark)
    }

    /// The file that `--config` names.
    private static func path(in arguments: [String]) throws -> String? {
        let words = arguments.prefix { $0 != "--" }
        if let index = words.firstIndex(of: "--config") {
            return index + 1 < words.endIndex ? words[index + 1] : nil
        }
        return words.first { $0.hasPrefix("--config=") }.map { String($0.dropFirst("--config=".count)) }
    }

    private static func flagName(_ word: String) -> String {
        String(word.dropFirst(2).prefix { $0 != "=" })
    }

    /// The flag that a key names.
    private func argument(
        of entry: Entry, in command: CommandTree, _ name: String
    ) throws -> CommandTree.Argument {
        let known = command.longNames.filter { !["config", "help", "version"].contains($0) }
        guard known.contains(entry.name), let argument = command.argument(named: entry.name) else {
            let near = nearest(to: entry.name, among: known).map { "; did you mean \($0)?" } ?? "."
            throw UnusableData(
                description: "\(path), line \(entry.line): \(name) has no flag --\(entry.name)\(near)")
        }
        return argument
    }

    /// An entry as it is typed.
    private func flags(_ entry: Entry, _ argument: CommandTree.Argument) throws -> [String] {
        let flag = "--\(entry.name)"
        switch (argument.kind, entry.value) {
        case (_, .nothing): return []
        case ("flag", .word(let word)):
            switch word.lowercased() {
            case "true": return [flag]
            case "false": return isOnByDefault(argument) ? ["--no-\(entry.name)"] : []
            default: break
            }
            throw UnusableData(
                description:
                    "\(path), line \(entry.line): \(entry.name) is \(word), but must be true or false.")
        case ("flag", .words):
            throw UnusableData(
                description:
                    "\(path), line \(entry.line): \(entry.name) is a list, but must be true or false.")
        case (_, .word(let word)): return ["\(flag)=\(word)"]
        case (_, .words(let words)):
            return argument.isRepeating
                ? words.map { "\(flag)=\($0)" } : ["\(flag)=\(words.joined(separator: ","))"]
        }
    }

    private func isOnByDefault(_ argument: CommandTree.Argument) -> Bool {
        argument.defaultValue == "--\(argument.longNames.first ?? "")"
    }
}

extension CommandTree {
    /// The names of a flag, with those that turn it off or on.
    fileprivate func namesLike(_ argument: Argument) -> [String] {
        argument.longNames.flatMap { name in
            [name, "no-\(name)", name.hasPrefix("no-") ? String(name.dropFirst(3)) : name]
        }
    }
}
