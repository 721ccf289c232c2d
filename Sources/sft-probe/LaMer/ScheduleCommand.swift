public import ArgumentParser
import Files
import Foundation
public import LaMerCurriculum
import Records
import Runs

extension CurriculumOrder: ExpressibleByArgument {}

/// `schedule`: the order in which a model is remedied.
struct ScheduleExamples: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Order repair examples into a curriculum and write it in the formats of common trainers.",
        discussion: """
            Writes trl.jsonl (which `sft-probe train --order given` reads too), alpaca.jsonl, sharegpt.jsonl and \
            dataset_info.json into a folder. Most trainers shuffle by default: set disable_shuffling: true in LLaMA-Factory \
            and a sequential sampler in Hugging Face trainers. The field "order" holds the position, from 0.

            Example: sft-probe schedule repair.jsonl --output curriculum --order ascending
            """)

    @Argument(help: "Repair examples written by `synthesize`.", completion: .file()) var examples: String
    @Option(help: "Output folder; created if missing.", completion: .file()) var output: String
    @Option(
        help:
            "Curriculum: ascending RE (the paper's), descending, shuffled, stages (band by band) or competence (Platanios et al.)."
    ) var order = CurriculumOrder
        .ascending
    @Option(help: "Random seed.") var seed = 0
    @OptionGroup(title: "General") var config: ConfigOption

    func run() throws {
        let records = try RepairExample.all(at: examples)
        guard !records.isEmpty else {
            throw UnusableData(
                description: "\(examples) holds no example; make some with `sft-probe synthesize`.")
        }
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        } catch {
            throw CannotCreate(path: output, reason: "\(error.localizedDescription).")
        }
        try prepare(
            outputs: (CurriculumShape.allCases.map(\.fileName) + ["dataset_info.json"]).map {
                NamedPath("\($0) in --output", "\(output)/\($0)")
            }, reading: named("the examples", examples))
        let places = order.places(records.map(\.relativeEntropy), bands: records.map(\.band), seed: seed)
        for shape in CurriculumShape.allCases {
            let writer = try JSONLinesWriter(path: "\(output)/\(shape.fileName)")
            for (order, place) in places.enumerated() {
                try writer.write(CurriculumRecord(records[place], order: order, shape: shape))
            }
            try writer.finish()
        }
        try writeWhole(Data(datasetInfo.utf8), to: "\(output)/dataset_info.json")
        print("\(output): \(records.count) examples, \(order.rawValue)")
    }
}
