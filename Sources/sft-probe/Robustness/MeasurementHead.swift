import Files
import Foundation
import ModelFiles
import ModuleRobustness
import Runs

/// What the outcomes of a measurement depend on beside the module, the perturbation and the seed: the first line of the file
/// that they are kept in.
struct MeasurementHead: Codable {
    var format = "sft-probe/robustness-part"
    let model_sha256: String
    let adapter_sha256: String?
    let data_sha256: String
    let chat: Bool
    let limit: Int?
    let ignore_fields: [String]
    let skip_bad_lines: Bool
    /// The day that the chat template printed; nil where it printed none.
    let template_date: String?
    let openings: Openings?
    /// Digests of the adapters whose changes are added.
    let deltas: [String]
    let l2: Double
    let first_order: Bool
    let precision: String
}

extension RobustnessMeasure {
    /// What is known of a measurement that was broken off, beside the output; nil where that is a stream, beside which
    /// nothing is put.
    func keptOutcomes(of open: OpenModel, _ openings: Openings?) throws -> (
        outcomes: KeptOutcomes, path: String
    )? {
        guard case .file(let end) = try OutputPlace(output) else { return nil }
        let plan = behaviour.reading.plan
        let head = MeasurementHead(
            model_sha256: try open.digest(), adapter_sha256: try open.adapterDigest(),
            data_sha256: try sha256(ofData: behaviour.data), chat: behaviour.chat, limit: plan.limit,
            ignore_fields: plan.ignoredFields.sorted(), skip_bad_lines: plan.skipsBadLines,
            template_date: open.templateDate(options.computing), openings: openings,
            deltas: try perturbation.compactMap(\.adapter).map {
                try sha256(ofFiles: AdapterFolder(path: $0).files)
            }, l2: l2, first_order: firstOrder, precision: Computing.usedPrecision)
        let path = end + ".part"
        try OutputLock.hold(path, as: "sft-probe robustness measure")
        let outcomes = try KeptOutcomes(path: path, header: head)
        if outcomes.count > 0 {
            options.remark(
                "\(path): \(outcomes.count) perturbed models were computed by a run that was broken off")
        }
        return (outcomes, path)
    }
}
