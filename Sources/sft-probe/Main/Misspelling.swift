/// A command or a flag that there is not, with the one that may have been meant. The argument parser would speak of what
/// else is missing or too much then.
struct Misspelling: Error, CustomStringConvertible {
    let description: String

    /// The first word of the arguments that the tool does not know; nil where it knows all.
    init?(in arguments: [String], of tool: CommandTree) {
        let asksHelp = arguments.first == "help"
        let (command, path, rest) = tool.find(asksHelp ? Array(arguments.dropFirst()) : arguments)
        if let word = rest.first, !word.hasPrefix("-"), let commands = command.subcommands {
            var names = commands.map(\.commandName)
            names += commands.filter { group in
                group.subcommands?.contains { $0.commandName == word } == true
            }.map { "\($0.commandName) \(word)" }
            let near =
                names.last?.hasSuffix(" \(word)") == true ? names.last : nearest(to: word, among: names)
            description = Self.sentence("\(word) is not a command of \(path)", near, path)
            return
        }
        guard !asksHelp else { return nil }
        for word in rest.prefix(while: { $0 != "--" }) where word.hasPrefix("--") {
            let name = String(word.dropFirst(2).prefix { $0 != "=" })
            guard !command.longNames.contains(name) else { continue }
            let near = nearest(to: name, among: command.longNames).map { "--\($0)" }
            description = Self.sentence("--\(name) is not a flag of \(path)", near, path)
            return
        }
        return nil
    }

    private static func sentence(_ fault: String, _ near: String?, _ path: String) -> String {
        "\(fault)\(near.map { "; did you mean \($0)?" } ?? ".") All are listed by: \(path) --help"
    }
}

/// The name that is least different from a word, if a few letters are wrong; nil where none is near.
func nearest(to word: String, among names: some Sequence<String>) -> String? {
    let allowed = max(1, word.count / 3)
    let near = names.map { (name: $0, edits: edits(from: Array(word), to: Array($0))) }.min {
        $0.edits < $1.edits
    }
    return near.flatMap { $0.edits <= allowed ? $0.name : nil }
}

/// How many letters are to be put in, taken out, changed, or swapped with their neighbours.
private func edits(from word: [Character], to other: [Character]) -> Int {
    var rows = [Array(0...other.count)]
    for (i, letter) in word.enumerated() {
        var row = [i + 1]
        for (j, wanted) in other.enumerated() {
            var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (letter == wanted ? 0 : 1))
            if i > 0, j > 0, letter == other[j - 1], word[i - 1] == wanted {
                least = min(least, rows[i - 1][j - 1] + 1)
            }
            row.append(least)
        }
        rows.append(row)
    }
    return rows[word.count][other.count]
}
