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
            Remedy.self,
            Demo.self,
        ])

    /// The version of the tool, as measurements record it.
    static let version = packageVersion

    static func main() async {
        prepareStandardStreams()
        Interruption.watch()
        Memory.keepFreed()
        HDF5Remarks.tell { standardError($0) }
        do {
            try await withTaskExecutorPreference(CommandExecutor()) { try await run(try parseAsRoot()) }
            if let fault = TokenizerFault.first { throw fault }
            try StandardOutput.finish()
        } catch {
            end(with: error)
        }
        leave(0)
    }

    /// Runs a command, in the arithmetic that its flags ask for.
    private nonisolated static func run(_ command: sending any ParsableCommand) async throws {
        let wanted = (command as? any ComputingCommand)?.options.computing.arithmetic
        try await Arithmetic.$current.withValue(wanted ?? Arithmetic()) {
            var command = command
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        }
    }

    /// Says what went wrong, or the help that was asked for, and ends the process.
    private static func end(with error: any Error) -> Never {
        if let code = sysexit(of: error) {
            var sentence = sentence(of: error).onOneLine
            while sentence.hasSuffix(".."), !sentence.hasSuffix("...") { sentence.removeLast() }
            standardError("error: \(sentence)")
            leave(code)
        }
        let (message, code) = (fullMessage(for: error), exitCode(for: error).rawValue)
        guard code == 0 else {
            standardError(message)
            leave(code)
        }
        print(message)
        do { try StandardOutput.finish() } catch { end(with: error) }
        leave(0)
    }

    /// Ends the process at once: all that is written is in the system's hands, and libraries have nothing to add.
    private static func leave(_ code: Int32) -> Never {
        StandardOutput.flush()
        OutputLock.releaseAll()
        _exit(code)
    }
}
