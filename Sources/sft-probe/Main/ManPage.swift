/// The manual page of the tool, in roff: every command with its flags.
func manPage(of tool: CommandTree, version: String) -> String {
    var lines = [
        ".TH SFT-PROBE 1 \"\" \"sft-probe \(escaped(version))\"", ".SH NAME",
        "sft-probe \\- \(escaped(summary(tool)))", ".SH SYNOPSIS", ".B sft-probe",
        "\\fIcommand\\fR [\\fIflags\\fR]",
        ".SH DESCRIPTION", escaped(tool.discussion ?? ""), ".SH COMMANDS",
    ]
    for command in tool.subcommands ?? [] where command.commandName != "help" {
        lines += section(on: command, path: command.commandName)
    }
    lines += [
        ".SH ENVIRONMENT", ".TP", "\\fBSFT_PROBE_CACHE\\fR, \\fBXDG_CACHE_HOME\\fR",
        "The folder of fetched models.", ".TP", "\\fBHF_HUB_CACHE\\fR, \\fBHF_HOME\\fR",
        "The Hugging Face cache, in which models are looked for as well.", ".TP",
        "\\fBHF_ENDPOINT\\fR, \\fBHF_TOKEN\\fR", "The hub that models are fetched from, and its key.", ".TP",
        "\\fBNO_COLOR\\fR", "No colours on a terminal.", ".SH EXIT STATUS",
        "0 on success; 64 a wrong flag, 65 bad input, 66 a missing input, 69 a service that does not answer,",
        "70 a failed verification, 73 an output that cannot be written, 74 an input or output error, 75 interrupted.",
    ]
    return lines.joined(separator: "\n") + "\n"
}

/// A command and those below it.
private func section(on command: CommandTree, path: String) -> [String] {
    var lines = [".SS \(escaped(path))", escaped(summary(command))]
    if let discussion = command.discussion, !discussion.isEmpty {
        lines += discussion.split(separator: "\n\n").flatMap { [".PP", escaped(String($0))] }
    }
    for argument in command.arguments ?? [] where argument.shouldDisplay {
        if ["help", "version"].contains(argument.longNames.first) { continue }
        lines += [".TP", heading(argument)]
        let value = argument.kind == "flag" ? nil : argument.defaultValue
        let standard = value.map { " (default: \($0))" } ?? ""
        lines.append(escaped((argument.abstract ?? "") + standard))
    }
    for below in command.subcommands ?? [] {
        lines += section(on: below, path: "\(path) \(below.commandName)")
    }
    return lines
}

private func summary(_ command: CommandTree) -> String {
    var text = command.abstract ?? ""
    if text.hasSuffix(".") { text.removeLast() }
    return text
}

/// A flag's names and its value.
private func heading(_ argument: CommandTree.Argument) -> String {
    let value = "\\fI\(escaped(argument.valueName ?? "value"))\\fR"
    if argument.kind == "positional" { return value }
    let names = argument.longNames.map { "\\fB\(escaped("--\($0)"))\\fR" }.joined(separator: ", ")
    return argument.kind == "flag" ? names : "\(names) \(value)"
}

/// A text that roff prints as it stands.
private func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").split(separator: "\n").map { line in
        line.hasPrefix(".") || line.hasPrefix("'") ? "\\&\(line)" : String(line)
    }.joined(separator: "\n")
}
