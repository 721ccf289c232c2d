import ArgumentParser
import Foundation
import HDF5
import Kernels

/// The tool: reads arguments, prints, exits; nothing else in the package does.
@main
struct SFTProbe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sft-probe",
        abstract: "Shows what fine-tuning does to a language model.",
        discussion: "Start with: sft-probe demo",
        version: version,
        subcommands: [
            Model.self, Tokenize.self, DataCommand.self, Score.self, Generate.self, Evaluate.self,
            Verify.self, Attribute.self, Induction.self, Train.self, Merge.self,
            Patterns.self, Report.self, Knowledge.self, Diagnose.self, Synthesize.self, ScheduleExamples.self,
            Remedy.self,
            Demo.self,
        ])

    /// The version of the tool, as measurements record it.
    static let version = "0.1.0"

    static func main() async {
        Memory.keepFreed()
        HDF5Remarks.tell { standardError($0) }
        Products.useThreads(1)  // until a command says otherwise: what is parallel is a level higher
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard let code = sysexit(of: error) else { exit(withError: error) }
            standardError("error: \(error)")
            Foundation.exit(code)
        }
    }
}
