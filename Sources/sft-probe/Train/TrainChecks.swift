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
        func check(_ holds: Bool, _ flag: String, _ value: Any, _ bounds: String) throws {
            if !holds { throw ValidationError("\(flag) is \(value), but must be \(bounds).") }
        }
        try check(
            learningRate.map { $0 > 0 && $0.isFinite } ?? true, "--learning-rate", learningRate ?? 0,
            "above 0")
        try check(warmupSteps >= 0, "--warmup-steps", warmupSteps, "0 or more")
        try check(weightDecay >= 0 && weightDecay.isFinite, "--weight-decay", weightDecay, "0 or more")
        try check(batchSize >= 1, "--batch-size", batchSize, "at least 1")
        try check(epochs ?? 1 >= 1, "--epochs", epochs ?? 0, "at least 1")
        try check(maxSteps ?? 1 >= 1, "--max-steps", maxSteps ?? 0, "at least 1")
        try check(epochs == nil || maxSteps == nil, "--epochs", "given with --max-steps", "given alone")
        try check(clipNorm >= 0, "--clip-norm", clipNorm, "0 or more")
        try check(loraRank ?? 1 >= 1, "--lora-rank", loraRank ?? 0, "at least 1")
        try check(
            0 <= loraDropout && loraDropout < 1, "--lora-dropout", loraDropout, "at least 0 and below 1")
        try check(
            loraRank == nil || adapter == nil, "--lora-rank", "given with --adapter",
            "given alone: the adapter has a rank")
        try checkPreference(check)
        try check(
            newTokens != nil || !newTokensSpecial, "--new-tokens-special", "given", "given with --new-tokens")
        let lora = loraAlpha != nil || loraTargets != nil || loraStabilized || loraDropout != 0
        try check(
            loraRank != nil || !lora,
            "--lora-alpha, --lora-targets, --lora-dropout or --lora-stabilized", "given",
            "given with --lora-rank")
        for (value, flag) in [
            (probeEvery, "--probe-every"), (evaluateEvery, "--evaluate-every"),
            (checkpointEvery, "--checkpoint-every"),
        ] {
            try check(value >= 0, flag, value, "0 or more")
        }
        try check(
            evaluateStop.map { $0 > 0 && $0.isFinite && evaluateEvery > 0 } ?? true, "--evaluate-stop",
            evaluateStop ?? 0, "above 0, and given with --evaluate-every")
        try check(probeLimit >= 0, "--probe-limit", probeLimit, "0 (no measurement) or more")
        try check(evaluateLimit ?? 1 >= 1, "--evaluate-limit", evaluateLimit ?? 0, "at least 1")
        try check(evaluateTokens >= 0, "--evaluate-tokens", evaluateTokens, "0 or more")
        try check(
            evaluateEvery == 0 || evaluateData != nil, "--evaluate-every", evaluateEvery,
            "given with --evaluate-data")
        _ = try stepsToProbe
    }

    private func checkPreference(_ check: (Bool, String, Any, String) throws -> Void) throws {
        guard objective == .preference else {
            let given = beta != nil || loss != nil || labelSmoothing != nil || sftWeight != nil
            return try check(
                !given, "--beta, --loss, --label-smoothing or --sft-weight", "given",
                "given with --objective preference")
        }
        try check(beta.map { $0 > 0 && $0.isFinite } ?? true, "--beta", beta ?? 0, "above 0")
        let smoothing = labelSmoothing ?? 0
        try check(
            0 <= smoothing && smoothing < 0.5, "--label-smoothing", smoothing, "at least 0 and below 0.5")
        try check(
            loss != .ipo || smoothing == 0, "--label-smoothing", smoothing,
            "0 with --loss ipo, which has none")
        try check(
            sftWeight.map { $0 >= 0 && $0.isFinite } ?? true, "--sft-weight", sftWeight ?? 0, "0 or more")
    }
}
