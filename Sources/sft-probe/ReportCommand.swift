import ArgumentParser
import Foundation
import HeadActivation
import Reports

/// `report`: one self-contained page about a file of measurements.
struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write one HTML page that shows the measurements of a file.",
        discussion: """
            The page needs no network and no other file.

            Example: sft-probe report patterns.h5 --output report.html
            """)

    @Argument(help: "The file of measurements (HDF5).") var file: String
    @Option(help: "Where to write the page.") var output = "report.html"
    @Option(help: "Only this task.") var task: String?
    @Option(help: "How often the examples are drawn anew.") var resamples = 1000
    @Option(help: "The seed of what is drawn.") var seed = 0

    func validate() throws { try requireResamples(resamples) }

    func run() throws {
        let digests = try PatternDigest.all(
            in: PatternFile(file), task: task, resamples: resamples, seed: seed)
        let page = patternReport(digests, file: file, resamples: resamples).html
        do {
            try Data(page.utf8).write(to: URL(filePath: output), options: .atomic)
        } catch {
            throw CannotCreate(path: output, reason: error.localizedDescription)
        }
        print("\(output): \(digests.count) measurements. Open it in a browser.")
    }
}

/// An output that could not be made.
struct CannotCreate: Error, Equatable, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "\(path) could not be written: \(reason) Give another --output." }
}
