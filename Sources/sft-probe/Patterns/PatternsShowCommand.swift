import Statistics
import ArgumentParser
import HeadActivation
import Reports

/// `patterns show`
struct PatternsShow: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one measurement: provenance, layers and the score of every head.",
        discussion: "Example: sft-probe patterns show patterns.h5 --task gsm8k --checkpoint base")

    @Argument(
        help: "The HDF5 file of measurements, as `attribute` or `train` writes it.", completion: .file())
    var file: String
    @Option(help: "Task of the measurement.") var task: String
    @Option(help: "Checkpoint label of the measurement.") var checkpoint = "base"
    @Flag(help: "Print the result as JSON.") var json = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func run() throws {
        let measurement = try PatternFile(file).read(task: task, checkpoint: checkpoint)
        if json { return print(try jsonText(MeasurementJSON(measurement))) }
        for (name, text) in provenanceRows(measurement.summary) { print("\(name): \(text)") }
        print("\nLayers")
        print(layerTable(measurement).fitted)
        print("Activation of each head: mean over examples of |∂loss/∂ξ|")
        print(activationTable(measurement.pattern).fitted, terminator: "")
        if let modules = measurement.modules {
            print(
                "\nModules: mean over examples of ∂loss/∂ξ ± standard error; below zero: to first order, the loss would rise without the module"
            )
            print(moduleTable(modules, layers: measurement.layers).fitted, terminator: "")
        }
        if !measurement.adapter.isEmpty {
            print(
                "\nThrough the adapter: its share of mean |∂loss/∂ξ|, and the size of its change ΔW of a head's weights"
            )
            print(adapterSummary(measurement.adapter).fitted)
            print("Heads through whose adapter most goes")
            print(adapterTable(measurement.adapter, count: 20).fitted, terminator: "")
        }
    }
}

/// What a measurement was made from, in words.
func provenanceRows(_ summary: MeasurementSummary) -> [(term: String, text: String)] {
    let provenance = summary.provenance
    return [
        ("model", provenance.model), ("model SHA-256", provenance.modelSHA256),
        ("adapter", provenance.adapter ?? "none"), ("data", provenance.data),
        ("data SHA-256", provenance.dataSHA256),
        ("chat template SHA-256", provenance.templateSHA256 ?? "none"),
        ("method", provenance.method), ("reduction", provenance.reduction),
        ("precision", provenance.precision), ("seed", "\(provenance.seed)"),
        ("examples", "\(summary.examples)\(provenance.shard.map { " (shard \($0) of the data)" } ?? "")"),
        ("measured", provenance.created), ("with sft-probe", provenance.toolVersion),
    ]
}

/// Each layer's share of the activation, with its interval, and its strongest head.
func layerTable(_ measurement: HeadMeasurement) -> Table {
    var table = Table([
        .text("layer"), .number("share of activation"), .text("strongest head"), .number("its share"),
    ])
    let pattern = measurement.pattern
    let shares = pattern.normalizedActivation
    for (layer, estimate) in measurement.layerProfile().enumerated() {
        let own = pattern.grid.numbers(layer: layer)
        let strongest =
            own.max { pattern.activation[$0] < pattern.activation[$1] } ?? own.lowerBound
        table.add([
            "L\(layer)", written(estimate) { percent($0) }, "H\(strongest - own.lowerBound)",
            percent(shares?[strongest]),
        ])
    }
    return table
}
