extension Verdict {
    /// Figures of a task's pattern at two checkpoints, written as they are to be read.
    public struct Moved {
        /// The measured part, its interval's upper end, what chance shows on the same and on other examples, and p.
        let moved, high: String
        let sameExamples: String?
        let otherExamples, p, q: String
        /// Whether more moved than swapping examples shows; else the verdict rests on single heads.
        let isWhole: Bool
        /// How many heads changed by their own tests.
        let heads: Int
        let examples: Int
        /// About how many examples would decide.
        let needed: Int?

        /// Holds what is written; `–` stands for what is not known, and no `sameExamples` for checkpoints that were
        /// measured on other examples. q is the verdict's own, adjusted for the other tasks.
        public init(
            moved: String, high: String, sameExamples: String?, otherExamples: String, p: String, q: String,
            isWhole: Bool, heads: Int, examples: Int, needed: Int?
        ) {
            (self.moved, self.high, self.p, self.q) = (moved, high, p, q)
            (self.sameExamples, self.otherExamples) = (sameExamples, otherExamples)
            (self.isWhole, self.heads, self.examples, self.needed) = (isWhole, heads, examples, needed)
        }
    }

    /// The verdict on a task's pattern, in a sentence.
    public func sentence(on task: String, from: String, to: String, _ figures: Moved) -> String {
        let chance =
            figures.sameExamples.map {
                "without a change \($0) on the same examples, \(figures.otherExamples) on others; p = \(figures.p)"
            } ?? "without a change \(figures.otherExamples) on other examples"
        let moved = "\(figures.moved) of the activation moved to other heads from \(from) to \(to)"
        let heads = "\(counted(figures.heads, "head")) changed significantly"
        switch self {
        case .changed where figures.isWhole:
            return "\(task) changed: \(moved) (\(chance)); \(heads) (q = \(figures.q))."
        case .changed:
            return
                "\(task) changed in single heads, not as a whole: \(heads) (q = \(figures.q)); \(moved) (\(chance))."
        case .unchanged:
            return "\(task) is unchanged: not changed by more than \(figures.high) (\(moved); \(chance))."
        case .undecided:
            let open = "Whether \(task) changed is undecided: \(moved) (\(chance)). "
            return figures.sameExamples == nil && figures.examples >= Self.fewestExamples
                ? open + "Measure the same examples at both checkpoints: fewer of them decide."
                : open + wouldDecide(figures.examples, needed: figures.needed)
        }
    }

    /// The verdict on how evenly heads are used, in a sentence; `nil` where there is nothing to say.
    public func sentence(onSpreadOf task: String, gini: String, rose: Bool) -> String? {
        guard self == .changed else { return nil }
        return rose
            ? "\(task): the activation gathered in fewer heads, \(gini)."
            : "\(task): the activation spread more evenly over heads, \(gini)."
    }
}

extension PairedChange {
    /// What training cost a task, or gained it, in a sentence.
    ///
    /// - Parameters:
    ///   - task: the task's name.
    ///   - verdict: as decided.
    ///   - number: writes a loss, in nats.
    ///   - percentage: writes a part.
    ///   - chance: writes a chance.
    public func sentence(
        on task: String, _ verdict: Verdict, number: (Double) -> String, percentage: (Double) -> String,
        chance: (Double) -> String
    ) -> String {
        let mean = change.value ?? .nan
        func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + number(value) }
        let interval = change.interval.map { " [\(signed($0.low)), \(signed($0.high))]" } ?? ""
        let part = relative.map { ", \($0 > 0 ? "+" : "")\(percentage($0))" } ?? ""
        let states = "\(number(before)) → \(number(after)) nats\(part)"
        switch verdict {
        case .changed:
            let isWorse = mean > 0
            let count = isWorse ? larger : smaller
            return
                "\(task) got \(isWorse ? "worse" : "better"): loss \(signed(mean)) nats\(interval), \(states); "
                + "\(isWorse ? "worse" : "better") on \(count) of \(examples) examples, p = \(chance(p))."
        case .unchanged:
            let most = change.interval.map { max($0.low.magnitude, $0.high.magnitude) } ?? .nan
            return
                "\(task): the loss is unchanged, not changed by more than \(number(most)) nats (\(states))."
        case .undecided:
            return
                "\(task): whether its loss changed is undecided, \(signed(mean)) nats\(interval), \(states). "
                + wouldDecide(examples, needed: examplesNeeded)
        }
    }
}

extension SignVerdict {
    /// What has to stand wherever signs do.
    ///
    /// - Parameters:
    ///   - method: how heads were scored.
    ///   - agreement: the share of signs that agree with the effects of ablation, in words; nil where it was not measured.
    ///   - unmeasured: what is said then.
    /// - Returns: `nil` for methods that switch heads off.
    public static func caveat(
        of method: String, agreement: String?, unmeasured: String = "not measured here"
    ) -> String? {
        guard !method.hasPrefix("ablation") else { return nil }
        let measured =
            agreement.map { "in this file \($0)" } ?? unmeasured
        return
            "A sign by `\(method)` is an estimate of what happens without the head: signs of `gate`, the default, were those of "
            + "mean ablation in 63–76 % of heads (examples/trust); \(measured)."
    }

    /// What "helps" and "hurts" rest on.
    public static func rule(examples: Int) -> String {
        examples < Verdict.fewestExamples
            ? "With \(counted(examples, "example")) no head is said to help or hurt: it takes \(Verdict.fewestExamples) or more."
            : "A head helps or hurts where q ≤ \(Verdict.rate) among all heads (Student's test by the number of examples, "
                + "Benjamini–Hochberg); else its sign is undecided."
    }
}

/// Words about pairs of a remedy.
extension Verdict {
    /// What a test says of pairs that ceased to lack their fact, against those that came to.
    public func sentence(ceased: Int, began: Int, p: String) -> String {
        let found =
            "\(counted(ceased, "pair")) no longer lack\(ceased == 1 ? "s" : "") the fact, \(began) came to lack it; chance "
            + "explains about \(min(ceased, began)) (p = \(p))"
        return switch self {
        case .changed where ceased > began: found + ": remedied beyond chance."
        case .changed: found + ": more is broken than remedied, beyond chance."
        case .unchanged, .undecided: found + ": whether anything is remedied is undecided."
        }
    }
}

/// What would decide what is open.
func wouldDecide(_ examples: Int, needed: Int?) -> String {
    if examples < Verdict.fewestExamples {
        return "\(counted(examples, "example")) cannot decide: it takes \(Verdict.fewestExamples) or more."
    }
    guard let needed else { return "More than ten million examples would be needed." }
    return "It would take about \(rounded(needed)) examples."
}

/// A count and its noun, with an s unless it is one.
public func counted(_ count: Int, _ name: String) -> String { "\(count) \(name)\(count == 1 ? "" : "s")" }

/// With two digits that say something.
private func rounded(_ count: Int) -> Int {
    var unit = 1
    while count / unit >= 100 { unit *= 10 }
    return (count + unit - 1) / unit * unit
}

/// What a correlation over heads, and its test, allow one to say of two properties of a head.
///
/// - Parameters:
///   - one: "heads off which more can be read".
///   - other: "those that code uses most".
///   - figures: written as they are to be read.
///   - correlation: the one that was tested.
///   - p: the chance of such a correlation where there is none; from more than `Verdict.rate` nothing is concluded.
public func associationSentence(
    of one: String, with other: String, figures: String, correlation: Double, p: Double
) -> String {
    guard p <= Verdict.rate else { return "Whether \(one) are \(other) is undecided: \(figures)." }
    return
        "\(one.prefix(1).uppercased())\(one.dropFirst()) tend \(correlation > 0 ? "" : "not ")to be \(other): \(figures)."
}
