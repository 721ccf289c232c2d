import Foundation
import Records

/// What decides the outcome of a remedy: a folder that was begun by another is not gone on with.
struct RemedyRequest: Codable, Equatable {
    let model_sha256: String
    let adapter_sha256: String?
    let examples_sha256, diagnosis_sha256: String
    let general_sha256: String?
    let preset: String
    let general_share: Double
    let general_held_out: Int
    let general_rise: Double
    let lora_rank: Int?
    let lora_alpha, learning_rate: Double?
    let epochs, batch_size, heads, seed: Int
    /// The precision that is computed in; nil for fp32, as in files of older versions.
    let precision: String?
    /// The day that the chat template prints; nil where it prints none, and in files of older versions.
    var template_date: String?

    init(_ plan: RemedyPlan, _ open: OpenModel) throws {
        (model_sha256, adapter_sha256) = (try open.digest(), try open.adapterDigest())
        examples_sha256 = try sha256(ofData: plan.examples)
        diagnosis_sha256 = try sha256(ofData: plan.diagnosis)
        general_sha256 = try plan.general.map { try sha256(ofData: $0) }
        (preset, general_share) = (plan.preset.rawValue, plan.generalShare)
        (general_held_out, general_rise) = (plan.generalHeldOut, plan.generalRise)
        (lora_rank, lora_alpha, learning_rate) = (plan.loraRank, plan.loraAlpha, plan.learningRate)
        (epochs, batch_size, heads, seed) = (plan.epochs, plan.batchSize, plan.heads, plan.computing.seed)
        precision = Computing.usedPrecision == "fp32" ? nil : Computing.usedPrecision
        template_date = plan.computing.template.printed(by: open.tokenizer)
    }
}

extension RemedyRequest {
    /// Whether another asks for the same; files of older versions do not say the day.
    func isSame(as other: RemedyRequest) -> Bool {
        var (mine, other) = (self, other)
        if template_date == nil { (mine.template_date, other.template_date) = (nil, nil) }
        return mine == other
    }
}

/// The request that a folder was begun with.
func begunRequest(_ data: Data, at path: String) throws(RecordError) -> RemedyRequest {
    do { return try JSONDecoder().decode(RemedyRequest.self, from: data) } catch {
        throw .malformed(path: path, line: 1, reason: "it is no request of a remedy: \(error)")
    }
}
