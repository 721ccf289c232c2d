import ArgumentParser
import Runs
import Training

extension Train {
    func validate() throws {
        if resume != nil { return }
        for (value, flag) in [(model, "--model"), (data, "--data"), (output, "--output")] where value == nil {
            throw ValidationError(
                "\(flag) is missing; `train` needs --model, --data and --output, or --resume RUN.")
        }
        try flags.check(hasAdapter: adapter != nil)
        try checkPreference(requireSetting)
        try requireSetting(
            tokens.newTokens != nil || !tokens.newTokensSpecial, "--new-tokens-special", "given",
            "given with --new-tokens")
    }

    private func checkPreference(_ check: (Bool, String, Any, String) throws -> Void) throws {
        guard objectives.objective == .preference else {
            let given =
                objectives.beta != nil || objectives.loss != nil || objectives.labelSmoothing != nil
                || objectives.sftWeight != nil
            return try check(
                !given, "--beta, --loss, --label-smoothing or --sft-weight", "given",
                "given with --objective preference")
        }
        try check(
            objectives.beta.map { $0 > 0 && $0.isFinite } ?? true, "--beta", objectives.beta ?? 0, "above 0")
        let smoothing = objectives.labelSmoothing ?? 0
        try check(
            0 <= smoothing && smoothing < 0.5, "--label-smoothing", smoothing, "at least 0 and below 0.5")
        try check(
            objectives.loss != .ipo || smoothing == 0, "--label-smoothing", smoothing,
            "0 with --loss ipo, which has none")
        try check(
            objectives.sftWeight.map { $0 >= 0 && $0.isFinite } ?? true, "--sft-weight",
            objectives.sftWeight ?? 0, "0 or more")
    }
}

extension TrainingFlags {
    /// Refuses settings that no training can have.
    func check(hasAdapter: Bool) throws {
        let check = requireSetting
        try check(
            steps.learningRate.map { $0 > 0 && $0.isFinite } ?? true, "--learning-rate",
            steps.learningRate ?? 0,
            "above 0")
        try check(steps.warmupSteps >= 0, "--warmup-steps", steps.warmupSteps, "0 or more")
        try check(
            steps.weightDecay >= 0 && steps.weightDecay.isFinite, "--weight-decay", steps.weightDecay,
            "0 or more")
        try check(steps.batchSize >= 1, "--batch-size", steps.batchSize, "at least 1")
        try check(steps.epochs ?? 1 >= 1, "--epochs", steps.epochs ?? 0, "at least 1")
        try check(steps.maxSteps ?? 1 >= 1, "--max-steps", steps.maxSteps ?? 0, "at least 1")
        try check(
            steps.epochs == nil || steps.maxSteps == nil, "--epochs", "given with --max-steps", "given alone")
        try check(steps.clipNorm >= 0, "--clip-norm", steps.clipNorm, "0 or more")
        try check(lora.loraRank ?? 1 >= 1, "--lora-rank", lora.loraRank ?? 0, "at least 1")
        try check(
            0 <= lora.loraDropout && lora.loraDropout < 1, "--lora-dropout", lora.loraDropout,
            "at least 0 and below 1")
        try check(
            lora.loraRank == nil || !hasAdapter, "--lora-rank", "given with --adapter",
            "given alone: the adapter has a rank")
        let shapesAdapter =
            lora.loraAlpha != nil || lora.loraTargets != nil || lora.loraStabilized || lora.loraDropout != 0
        try check(
            lora.loraRank != nil || !shapesAdapter,
            "--lora-alpha, --lora-targets, --lora-dropout or --lora-stabilized", "given",
            "given with --lora-rank")
        for (value, flag) in [
            (probe.probeEvery, "--probe-every"), (heldOut.evaluateEvery, "--evaluate-every"),
            (steps.checkpointEvery, "--checkpoint-every"),
        ] {
            try check(value >= 0, flag, value, "0 or more")
        }
        try check(
            heldOut.evaluateStop.map { $0 > 0 && $0.isFinite && heldOut.evaluateEvery > 0 } ?? true,
            "--evaluate-stop",
            heldOut.evaluateStop ?? 0, "above 0, and given with --evaluate-every")
        try check(probe.probeLimit >= 0, "--probe-limit", probe.probeLimit, "0 (no measurement) or more")
        try check(
            heldOut.evaluateLimit ?? 1 >= 1, "--evaluate-limit", heldOut.evaluateLimit ?? 0, "at least 1")
        try check(heldOut.evaluateTokens >= 0, "--evaluate-tokens", heldOut.evaluateTokens, "0 or more")
        try check(
            heldOut.evaluateEvery == 0 || heldOut.evaluateData != nil, "--evaluate-every",
            heldOut.evaluateEvery,
            "given with --evaluate-data")
        try check(
            guarding.guarded != nil || !(guarding.guardChat || guarding.guardOpenings != "usual"),
            "--guard-chat or --guard-openings", "given", "given with --guard")
        try check(
            guarding.guarded == nil || probe.probeEvery > 0, "--probe-every", probe.probeEvery,
            "above 0 with --guard, which looks at these steps")
        _ = try stepsToProbe
    }
}

/// Refuses a flag's value where it is not as it must be.
func requireSetting(_ holds: Bool, _ flag: String, _ value: Any, _ bounds: String) throws {
    if !holds { throw ValidationError("\(flag) is \(value), but must be \(bounds).") }
}
