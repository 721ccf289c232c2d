import Evaluation
import Foundation
import Kernels
import Training

/// Tokens per pack in full fine-tuning: larger than with LoRA, because each pack writes and adds up the
/// gradients of all weights.
private let usualTrainedPackTokens = 768

extension Train {
    /// These flags, with the default pack size for what is trained.
    var withPackTokens: Train {
        let trainsAll = loraRank == nil && adapter == nil
        var flags = self
        flags.options.wantedPackTokens =
            options.wantedPackTokens ?? (trainsAll ? usualTrainedPackTokens : usualPackTokens)
        return flags
    }

    /// The flags of this run with the values that are used; parsing them again gives the same run.
    var arguments: [String] {
        let values: [(String, (any CustomStringConvertible)?)] = [
            ("--model", model.map(absoluteIfPath)), ("--adapter", adapter.map(absolute)),
            ("--data", data.map(absolute)), ("--output", output.map(absolute)), ("--limit", reading.limit),
            ("--learning-rate", learningRate), ("--schedule", schedule.rawValue),
            ("--warmup-steps", warmupSteps), ("--weight-decay", weightDecay), ("--batch-size", batchSize),
            ("--epochs", epochs), ("--max-steps", maxSteps), ("--order", order.rawValue),
            ("--clip-norm", clipNorm), ("--lora-rank", loraRank), ("--lora-alpha", loraAlpha),
            ("--lora-targets", loraTargets), ("--lora-dropout", loraDropout), ("--probe-every", probeEvery),
            ("--probe-data", probeData.map(absolute)), ("--probe-task", probeTask),
            ("--probe-steps", probeSteps),
            ("--probe-limit", probeLimit), ("--evaluate-data", evaluateData.map(absolute)),
            ("--evaluate-every", evaluateEvery), ("--evaluate-stop", evaluateStop),
            ("--evaluate-extract", evaluateExtract?.name),
            ("--evaluate-tokens", evaluateTokens), ("--evaluate-limit", evaluateLimit),
            ("--checkpoint-every", checkpointEvery),
            ("--threads", options.threadCount), ("--workers", options.workers), ("--seed", options.seed),
            ("--precision", options.precision.rawValue),
            ("--pack-tokens", options.packTokens), ("--ignore-fields", reading.ignoreFields),
            ("--template-date", options.template.templateDate),
        ]
        let flags = [
            ("--skip-bad-lines", reading.skipBadLines), ("--recompute", recompute),
            ("--lora-stabilized", loraStabilized),
        ]
        return values.flatMap { flag, value in value.map { ["\(flag)=\($0)"] } ?? [] }
            + flags.filter(\.1).map(\.0)
    }
}

private func absolute(_ path: String) -> String { URL(filePath: path).absoluteURL.path }

/// The absolute path of a model given by path; the name of a pulled model is unchanged.
private func absoluteIfPath(_ model: String) -> String {
    FileManager.default.fileExists(atPath: model) ? absolute(model) : model
}
