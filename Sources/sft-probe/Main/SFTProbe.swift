import ArgumentParser
import Files
import Foundation
import HDF5
import Kernels
import Runs
import Tokenization

/// The tool: reads arguments, prints, exits; nothing else in the package does.
@main
struct SFTProbe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sft-probe",
        abstract:
            "Show what fine-tuning does inside a language model: head attribution, diagnosis, training with a probe.",
        usage: "sft-probe <subcommand>",
        discussion: "Start with: sft-probe demo",
        version: version,
        subcommands: [
            Model.self, Tokenize.self, DataCommand.self, Score.self, Generate.self, Evaluate.self,
            EvaluateText.self,
            Verify.self, StatesCommand.self, ProbeCommand.self, Attribute.self, Induction.self, Train.self,
            Merge.self,
            Patterns.self, Report.self, Watch.self, KnowledgeCommand.self, EntailmentCommand.self,
            Diagnose.self,
            Synthesize.self,
            ScheduleExamples.self,
            Remedy.self, RobustnessCommand.self, RefusalsCommand.self, LanguagesCommand.self,
            Demo.self,
        ])

    @Flag(help: "Print the manual page, in roff.") var generateManPage = false

    func run() async throws {
        guard generateManPage else { throw CleanExit.helpRequest(self) }
        print(manPage(of: try CommandTree.ofTool(), version: Self.version), terminator: "")
    }

    /// The version of the tool, as measurements record it.
    static let version = packageVersion

    static func main() async {
        prepareStandardStreams()
        Interruption.watch()
        Memory.keepFreed()
        HDF5Remarks.tell { standardError($0) }
        do {
            let arguments = try arguments()
            try await withTaskExecutorPreference(CommandExecutor()) {
                try await run(try parse(arguments))
            }
            if let fault = TokenizerFault.first { throw fault }
            try StandardOutput.finish()
        } catch {
            end(with: error)
        }
        WrittenFiles.announce()
        leave(0)
    }

    /// What was typed, with what a file of `--config` adds.
    private static func arguments() throws -> [String] {
        let typed = Array(CommandLine.arguments.dropFirst())
        Events.choose(by: typed)
        let (expanded, fromFile) = try ConfigFile.expand(typed)
        Events.choose(by: expanded)
        let (arguments, fromAdapter) = try withBaseModel(expanded)
        if !arguments.contains("--quiet") {
            for remark in [fromFile, fromAdapter].compactMap(\.self) { Events.remark(remark) }
        }
        return arguments
    }

    /// The command that arguments name; a misspelt word is said before all that follows from it.
    private nonisolated static func parse(_ arguments: [String]) throws -> sending any ParsableCommand {
        if arguments.first == "help", let fault = Misspelling(in: arguments, of: try CommandTree.ofTool()) {
            throw fault
        }
        do {
            return try parseAsRoot(arguments)
        } catch {
            if exitCode(for: error) == .validationFailure,
                let fault = Misspelling(in: arguments, of: try CommandTree.ofTool())
            {
                throw fault
            }
            throw error
        }
    }

    /// Runs a command, in the arithmetic that its flags ask for.
    private nonisolated static func run(_ command: sending any ParsableCommand) async throws {
        let wanted = (command as? any ComputingCommand)?.options.computing.arithmetic
        let isWide = (command as? any TableCommand)?.tables.wide ?? false
        try await Terminal.$isWide.withValue(isWide) {
            try await Arithmetic.$current.withValue(wanted ?? Arithmetic()) {
                var command = command
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
            }
        }
    }

    /// Says what went wrong, or the help that was asked for, and ends the process.
    private static func end(with error: any Error) -> Never {
        StatusLine.endAll()
        if let code = sysexit(of: error) {
            var sentence = sentence(of: error).onOneLine
            while sentence.hasSuffix(".."), !sentence.hasSuffix("...") { sentence.removeLast() }
            sayError(sentence, code: code)
            leave(code)
        }
        let (message, code) = (fullMessage(for: error), exitCode(for: error).rawValue)
        guard code == 0 else {
            if Events.areJSON {
                sayError(self.message(for: error), code: code)
            } else {
                standardError(message)
            }
            leave(code)
        }
        print(optionsFirst(message))
        do { try StandardOutput.finish() } catch { end(with: error) }
        leave(0)
    }

    /// A help text with the flags that belong to no group before those that do: among them are the required ones.
    private static func optionsFirst(_ help: String) -> String {
        var parts = help.components(separatedBy: "\n\n")
        func isGroup(_ part: String) -> Bool {
            let title = part.prefix { $0 != "\n" }
            return title.hasSuffix(":") && title == title.uppercased() && !["ARGUMENTS:"].contains(title)
        }
        guard let options = parts.firstIndex(where: { $0.hasPrefix("OPTIONS:\n") }),
            let first = parts.firstIndex(where: isGroup), first < options
        else { return help }
        parts.insert(parts.remove(at: options), at: first)
        return parts.joined(separator: "\n\n")
    }

    /// Ends the process at once: all that is written is in the system's hands, and libraries have nothing to add.
    private static func leave(_ code: Int32) -> Never {
        StandardOutput.flush()
        OutputLock.releaseAll()
        _exit(code)
    }
}
