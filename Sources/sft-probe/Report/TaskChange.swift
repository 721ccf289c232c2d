import HeadActivation
import Reports
import Runs
import Statistics

/// How one task's pattern changed, as tables and pages show it.
struct TaskChange {
    let task, from, to: String
    let layers, heads: Int
    let change: PatternChange
    let changed: [HeadChange]
    /// All checkpoints of the task, where there are more than two.
    let trajectory: Trajectory?
    let warnings: [String]
    /// The part of the activation below which a move is called none.
    let margin: Double
    /// What may be said of the pattern; see ``decided(_:)``.
    var verdict = Verdict.undecided
    /// The verdict's chance, of the pattern's two tests and adjusted for the other tasks; NaN where there is no test.
    private(set) var q = Double.nan
    /// The false discovery rate at which heads are listed.
    let rate: Double
    /// How heads' false discoveries are controlled.
    let control: FalseDiscovery
    /// What may be said of the loss; nil where the two checkpoints have other examples.
    var lossVerdict: Verdict?

    /// The margin where none is given.
    static let margin = 0.05

    /// Compares two checkpoints of a task: the named ones, or its first and last.
    ///
    /// - Parameter rankIntervals: whether Spearman's correlations on the way have intervals; a page does not show them.
    /// - Returns: `nil` when the task has a single checkpoint.
    init?(
        _ task: String, in file: PatternReader, from: String? = nil, to: String? = nil, allowMismatch: Bool,
        resamples: Int, seed: Int, margin: Double = Self.margin, rate: Double = Verdict.rate,
        control: FalseDiscovery = .bh, rankIntervals: Bool = true
    ) throws(PatternError) {
        let list = try file.list(task: task, checkpoint: nil)
        let labels = checkpoints(of: task, in: list)
        guard labels.count > 1 else { return nil }
        let (from, to) = (from ?? labels[0], to ?? labels[labels.count - 1])
        let (before, after) = (
            try file.read(task: task, checkpoint: from), try file.read(task: task, checkpoint: to)
        )
        let allowed = try requireComparable(
            [before.summary, after.summary], in: MeasurementTrait.ofChange, allowing: allowMismatch)
        var others: [[Double]] = []
        for other in try file.list() where other.task != task && other.checkpoint == from {
            guard (other.layers, other.heads) == (before.layers, before.heads) else { continue }
            others.append(try file.activation(other))
        }
        var path: [HeadMeasurement] = []
        for label in labels where labels.count > 2 {
            let measurement = try file.read(task: task, checkpoint: label)
            try requireComparable(
                [before.summary, measurement.summary], in: MeasurementTrait.ofChange, allowing: allowMismatch)
            path.append(measurement)
        }
        (self.task, self.from, self.to) = (task, from, to)
        (layers, heads) = (before.layers, before.heads)
        change = PatternChange(from: before, to: after, otherTasks: others, resamples: resamples, seed: seed)
        changed = changedHeads(before, after, control: control)
        trajectory =
            path.isEmpty
            ? nil : Trajectory(of: path, resamples: resamples, seed: seed, rankIntervals: rankIntervals)
        (self.margin, self.rate, self.control) = (margin, rate, control)
        let unpaired = change.chance == nil && change.distance.moved.value != nil && change.examples > 1
        warnings =
            allowed.map { "Note: \($0)." }
            + (unpaired
                ? [
                    "Note: \(task) at \(from) and at \(to) has other examples: the loss is not compared, and whether "
                        + "the pattern changed is judged by single heads alone."
                ] : [])
    }

    /// The changes with their verdicts: each test's chance is adjusted for the other tasks' (Benjamini–Hochberg).
    ///
    /// A pattern has two tests, whether more moved than swapped examples do and whether any head changed for itself; the
    /// smaller chance counts twice.
    static func decided(_ changes: [TaskChange]) -> [TaskChange] {
        let patterns = changes.map { change -> Double in
            // Shares of one pattern depend on each other, for they add up to 1.
            let heads = benjaminiYekutieli(change.changed.map(\.p)).filter { !$0.isNaN }.min() ?? .nan
            return smallestOf([change.change.chance?.p ?? .nan, heads]) ?? .nan
        }
        let losses = changes.map { $0.change.loss?.p ?? .nan }
        let q = (benjaminiHochberg(patterns), benjaminiHochberg(losses))
        return changes.enumerated().map { place, change in
            var change = change
            change.q = q.0[place]
            change.verdict = Verdict(
                q: change.q, interval: change.change.distance.moved.interval, margin: change.margin,
                examples: change.change.examples)
            change.lossVerdict = change.change.loss?.verdict(q: q.1[place])
            return change
        }
    }

    /// The heads that changed, at a false discovery rate, surest first; none unless the pattern changed.
    var listed: [HeadChange] {
        verdict == .changed ? changed.filter { $0.q <= rate } : []
    }

    /// Those of them whose share rose, and those whose share fell, the largest change first.
    var gainedAndLost: (gained: [HeadChange], lost: [HeadChange]) {
        let heads = listed.sorted {
            ($0.after - $0.before).magnitude > ($1.after - $1.before).magnitude
        }
        return (heads.filter { $0.after > $0.before }, heads.filter { $0.after < $0.before })
    }

    /// What the numbers say of the pattern, in a sentence.
    var finding: String {
        let moved = change.distance.moved
        guard moved.value != nil else {
            return "\(task): no head has any activation at \(from) or \(to)."
        }
        return verdict.sentence(
            on: task, from: from, to: to,
            Verdict.Moved(
                moved: written(moved, percentText), high: percentText(moved.interval?.high),
                sameExamples: change.chance.map { percentText($0.moved) },
                otherExamples: percentText(change.movedByChance),
                p: significant(change.chance?.p, digits: 2), q: significant(q, digits: 2),
                isWhole: change.chance.map { $0.p <= Verdict.rate } ?? false, heads: listed.count,
                examples: change.examples, needed: change.examplesNeeded(margin: margin)))
    }

    /// What training cost the task, or gained it, in a sentence; nil where the examples are not the same.
    var cost: String? {
        change.loss.flatMap { loss in lossVerdict.map { costSentence(task, loss, $0) } }
    }

    /// Where the activation went, in a sentence; nil where no head changed for itself.
    var destination: String? {
        let (gained, lost) = gainedAndLost
        func list(_ heads: [HeadChange], _ what: String) -> String {
            let most = heads.prefix(3).map {
                "\($0.name) \(percent($0.before, decimals: 2)) → \(percent($0.after, decimals: 2))"
            }
            return "\(counted(heads.count, "head")) \(what)"
                + (heads.isEmpty ? "" : " (most: \(most.joined(separator: ", ")))")
        }
        return gained.isEmpty && lost.isEmpty
            ? nil : "\(task): \(list(gained, "gained")), \(list(lost, "lost"))."
    }

    /// How evenly heads are used, in a sentence; nil unless the pattern changed and that with it.
    var spread: String? {
        guard verdict == .changed, let value = change.gini.value else { return nil }
        let verdict = Verdict(
            q: change.gini.isNotZero ? 0 : 1, interval: nil, margin: 0, examples: change.examples)
        let gini = "Gini \(value > 0 ? "+" : "")\(written(change.gini) { fixed($0, decimals: 3) })"
        return verdict.sentence(onSpreadOf: task, gini: gini, rose: value > 0)
    }

    /// What the first screen says: the cost, the pattern, where it went.
    var summary: [String] { [cost, finding, destination].compactMap(\.self) }
}

extension HeadChange {
    /// As in `L3.H7`.
    var name: String { "L\(layer).H\(head)" }
}
