import Statistics
import ArgumentParser
import Files
import Foundation
import HeadActivation
import Reports
import Runs

/// `patterns export`
struct PatternsExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Export measurements as CSV, NumPy NPZ or JSON.",
        discussion: """
            The extension of --output chooses the format. CSV: one row per head. NPZ: arrays named \
            <task>/<checkpoint>/<name>, among them `signed` with shape (examples, layers, heads). JSON: one object per \
            measurement with the numbers of every head.

            Example: sft-probe patterns export patterns.h5 --output patterns.npz
            """)
    @OptionGroup(title: "General") var config: ConfigOption

    enum Form: String, CaseIterable { case csv, npz, json }

    @Argument(
        help: "The HDF5 file of measurements, as `attribute` or `train` writes it.", completion: .file())
    var file: String
    @Option(help: "Only this task (default: all tasks).") var task: String?
    @Option(help: "Only this checkpoint (default: all checkpoints).") var checkpoint: String?
    @Option(help: "Output file; its extension is .csv, .npz or .json.", completion: .file()) var output:
        String
    @Flag(help: "Print the result as JSON.") var json = false

    func validate() throws {
        guard form != nil else {
            throw ValidationError("--output is \(output), but must end in .csv, .npz or .json.")
        }
    }

    private var form: Form? { Form(rawValue: URL(filePath: output).pathExtension.lowercased()) }

    func run() throws {
        try prepare(outputs: named("--output", output), reading: named("the measurements", file))
        let source = try PatternReader(PatternFile(file))
        let measurements = try source.list(task: task, checkpoint: checkpoint).map { try source.read($0) }
        let data: Data =
            switch form {
            case .csv: Data(headsTable(measurements).csv.utf8)
            case .json: Data(try jsonText(measurements.map { MeasurementJSON($0) }).utf8)
            case .npz: try archive(measurements)
            case nil: preconditionFailure("\(output) passed the check of its ending")
            }
        try writeWhole(data, to: output)
        if json { return print(try jsonText(["output": output])) }
        print("\(output): \(measurements.count) measurement\(measurements.count == 1 ? "" : "s").")
    }

    private func archive(_ measurements: [HeadMeasurement]) throws -> Data {
        var archive = NumPyArchive()
        for measurement in measurements { archive.add(measurement) }
        guard let data = archive.data else {
            throw CannotCreate(
                path: output, reason: "more than 4 GiB do not fit in an NPZ; export task by task.")
        }
        return data
    }
}

/// Every head of every measurement, a row each.
func headsTable(_ measurements: [HeadMeasurement]) -> Table {
    var table = Table([
        .text("task"), .text("checkpoint"), .number("layer"), .number("head"), .number("activation"),
        .number("share"), .number("signed"), .number("stderr"), .number("t"), .number("layer_normalized"),
    ])
    for measurement in measurements {
        let pattern = measurement.pattern
        let (shares, t) = (pattern.normalizedActivation, pattern.tValues)
        let inLayer = PatternScale.layer.applied(
            to: pattern.activation.map { Double($0) }, heads: pattern.heads)
        for index in pattern.activation.indices {
            let numbers: [Double?] = [
                Double(pattern.activation[index]), shares?[index], Double(pattern.signed[index]),
                Double(pattern.standardError[index]), Double(t[index]), inLayer[index],
            ]
            table.add(
                [
                    measurement.task, measurement.checkpoint, "\(pattern.grid.place(index).layer)",
                    "\(pattern.grid.place(index).head)",
                ]
                    + numbers.map { $0.map { $0.isFinite ? "\(Float($0))" : "" } ?? "" })
        }
    }
    return table
}

/// Writes a file as a whole or not at all.
func writeWhole(_ data: Data, to path: String) throws { try writeWholeFile([UInt8](data), to: path) }
