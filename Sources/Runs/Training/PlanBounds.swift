/// A setting that no run can have.
public struct SettingOutOfBounds: Sendable, Equatable {
    /// The flag, as in `--lora-rank`; in `run.json` with `_` for `-`.
    public let flag: String
    /// What was found, and what is allowed.
    public let found, allowed: String
}

extension TrainingPlan {
    /// The first setting outside its bounds, as a record that somebody changed may have it; nil where there is none.
    public var outOfBounds: SettingOutOfBounds? {
        for (name, count, range) in counts {
            if let count, !range.contains(count) {
                let most = range.upperBound == .max ? "" : " and at most \(range.upperBound)"
                return SettingOutOfBounds(
                    flag: "--\(name)", found: "\(count)", allowed: "at least \(range.lowerBound)\(most)")
            }
        }
        for (name, number, range) in numbers {
            if let number, !range.contains(number) {
                return SettingOutOfBounds(
                    flag: "--\(name)", found: "\(number)",
                    allowed: "at least \(range.lowerBound) and below \(range.upperBound)")
            }
        }
        return nil
    }

    /// A billion is more than any run has, and far from where sums of such numbers overflow.
    private var counts: [(String, Int?, ClosedRange<Int>)] {
        let (some, any) = (1...1_000_000_000, 0...1_000_000_000)
        return [
            ("batch-size", batchSize, 1...Int.max), ("epochs", epochs, 1...1_000_000),
            ("max-steps", maxSteps, some),
            ("warmup-steps", warmupSteps, any), ("checkpoint-every", checkpointEvery, 0...Int.max),
            ("lora-rank", lora?.rank, 1...4096), ("limit", reading.limit, 1...Int.max),
            ("probe-every", probe.every, 0...Int.max), ("probe-limit", probe.limit, 0...Int.max),
            ("probe-steps", probe.steps.min(), 1...Int.max),
            ("evaluate-every", evaluation.every, 0...Int.max),
            ("evaluate-limit", evaluation.limit, 1...Int.max), ("evaluate-tokens", evaluation.tokens, any),
            ("threads", computing.threads, 1...1024), ("workers", computing.workers, 1...1024),
            ("pack-tokens", computing.packTokens, 1...1_000_000),
        ]
    }

    private var numbers: [(String, Double?, Range<Double>)] {
        let (positive, any) = (Double.leastNonzeroMagnitude..<Double.infinity, 0..<Double.infinity)
        return [
            ("learning-rate", learningRate, any), ("weight-decay", weightDecay, any),
            ("clip-norm", clipNorm, any),
            ("lora-alpha", lora?.alpha, -Double.greatestFiniteMagnitude..<Double.infinity),
            ("lora-dropout", lora?.dropout, 0..<1), ("evaluate-stop", evaluation.stop, positive),
            ("beta", preference?.beta, positive), ("label-smoothing", preference?.labelSmoothing, 0..<0.5),
            ("sft-weight", preference?.supervisedWeight, any),
        ]
    }
}
