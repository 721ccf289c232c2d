public import ArgumentParser
public import HeadActivation
import Statistics

extension FitMethod: ExpressibleByArgument {}

/// What a composition asks, as flags.
struct CompositionOptions: ParsableArguments {
    @Option(help: "The target (complex) task that is explained.") var target: String
    @Option(help: "The basic tasks it may be composed of, separated by commas.") var basics: String
    @Option(
        help:
            "Control tasks, for the common mode and for random sets, separated by commas (default: all other tasks of the file)."
    )
    var controls: String?
    @Option(help: "Explain the change from this checkpoint on (default: the target's first).") var from:
        String?
    @Option(help: "Explain the change up to this checkpoint (default: the target's last).") var to: String?
    @Option(help: "Explain the pattern at this checkpoint instead of a change (default: a change).")
    var checkpoint: String?
    @Option(help: "Least squares: nnls (non-negative coefficients) or ols.") var method = FitMethod
        .nonNegative
    @Flag(help: "Fit an intercept too.") var intercept = false
    @Option(
        help:
            "How patterns are scaled: raw (nats), share (divided by their sum) or layer (each layer divided by its L2 norm) (default: raw)."
    ) var scale: PatternScale?
    @Flag(help: "The same as --scale share.") var normalize = false
    @OptionGroup var analysis: AnalysisOptions

    func validate() throws {
        guard checkpoint == nil || (from == nil && to == nil) else {
            throw ValidationError(
                "--checkpoint asks for the patterns of one state, --from and --to for a change.")
        }
        guard !normalize || scale ?? .share == .share else {
            throw ValidationError("--normalize is --scale share, but --scale is \(scale?.rawValue ?? "").")
        }
        let names = [target] + basicTasks
        guard !basicTasks.isEmpty, Set(names).count == names.count else {
            throw ValidationError(
                "--basics is \(basics), but must name other tasks than --target, each once.")
        }
        let others = controls.map(taskNames) ?? []
        guard Set(names + others).count == names.count + others.count else {
            throw ValidationError(
                "--controls is \(controls ?? ""), but must name other tasks than --target and --basics, each once."
            )
        }
    }

    var request: CompositionRequest {
        CompositionRequest(
            target: target, basics: basicTasks, controls: controls.map(taskNames), from: from, to: to,
            checkpoint: checkpoint, method: method,
            intercept: intercept, scale: scale ?? (normalize ? .share : .raw),
            allowMismatch: analysis.allowMismatch,
            resamples: analysis.resamples, seed: analysis.seed)
    }

    var basicTasks: [String] { taskNames(basics) }
}

/// Names of tasks, separated by commas.
func taskNames(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingPrefix(" ").description }
}

/// What is to be composed.
struct CompositionRequest {
    let target: String
    let basics: [String]
    /// The other tasks; nil for all that there are.
    var controls: [String]?
    var from, to, checkpoint: String?
    var method = FitMethod.nonNegative
    var intercept = false
    var scale = PatternScale.raw
    var allowMismatch = false
    var resamples = 1000
    var seed = 0
}

/// A composition and what it is of.
struct ComposedTask {
    let composition: Composition
    /// What was composed, such as "the change from base to final".
    let subject: String
    let layers, heads: Int
    /// The target's pattern and what the fit foretells: [layer, head].
    let pattern, fitted: [Double]
    let warnings: [String]

    init(_ request: CompositionRequest, in file: PatternFile) throws {
        let list = try file.list(task: request.target, checkpoint: nil)
        let labels = checkpoints(of: request.target, in: list)
        let state = request.checkpoint ?? (labels.count == 1 ? labels[0] : nil)
        let ends = (from: request.from ?? labels[0], to: request.to ?? labels[labels.count - 1])
        let wanted = state.map { [$0] } ?? [ends.from, ends.to]
        let others =
            try request.controls
            ?? otherTasks(in: file, at: wanted, besides: [request.target] + request.basics)
        let names = [request.target] + request.basics + others
        let sets = try wanted.map {
            try TaskSet(file, checkpoint: $0, tasks: names, allowMismatch: request.allowMismatch)
        }
        var warnings = sets.flatMap(\.warnings)
        let (resamples, seed) = (request.resamples, request.seed)
        let patterns: [TaskPatterns]
        if sets.count == 1 {
            subject = "the pattern at \(wanted[0])"
            patterns = sets[0].measurements.map {
                TaskPatterns($0, scale: request.scale, resamples: resamples, seed: seed)
            }
        } else {
            subject = "the change from \(ends.from) to \(ends.to)"
            for (before, after) in zip(sets[0].measurements, sets[1].measurements) {
                warnings += try requireComparable(
                    [before.summary, after.summary], in: MeasurementTrait.ofChange,
                    allowing: request.allowMismatch
                ).map { "Note: \($0)." }
            }
            patterns = zip(sets[0].measurements, sets[1].measurements).map {
                TaskPatterns(
                    from: $0, to: $1, scale: request.scale, resamples: resamples, seed: seed)
            }
        }
        (layers, heads) = (sets[0].measurements[0].layers, sets[0].measurements[0].heads)
        let composition = try Composition(
            Composition.Question(
                target: request.target, basics: request.basics, others: others, method: request.method,
                intercept: request.intercept), patterns, heads: heads, seed: seed)
        self.composition = composition
        pattern = patterns[0].own
        fitted = patterns[0].own.indices.map { head in
            zip(composition.coefficients, patterns.dropFirst()).reduce(composition.intercept) {
                $0 + ($1.0.value ?? 0) * $1.1.own[head]
            }
        }
        self.warnings = warnings
    }
}

/// The tasks that were measured at all of the checkpoints, without some.
private func otherTasks(
    in file: PatternFile, at wanted: [String], besides used: [String]
) throws(PatternError) -> [String] {
    let list = try file.list()
    return list.filter { item in
        item.checkpoint == wanted[0] && !used.contains(item.task)
            && wanted.allSatisfy { label in list.contains { $0.task == item.task && $0.checkpoint == label } }
    }.map(\.task)
}
