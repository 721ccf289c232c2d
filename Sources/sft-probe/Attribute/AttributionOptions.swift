import ArgumentParser
import GradAttrib

/// Flags of what is watched, how heads are scored, and how the scores are tested.
struct AttributionOptions: ParsableArguments {
    @Option(
        help: "How heads are scored (docs/methods.md): \(names(AttributionMethod.self)).",
        transform: { try choice($0, of: "method") })
    var method = AttributionMethod.gate
    @Option(
        help: "What is watched, as a loss: \(names(Objective.self)).",
        transform: { try choice($0, of: "objective") })
    var objective = Objective.nll
    @Option(
        help:
            "What a head is replaced by: \(names(Baseline.self)); if not given zero or counterfactual, by method.",
        transform: { try choice($0, of: "baseline") })
    var baseline: Baseline?
    @Option(help: "Points of integrated gradients.") var points = 20
    @Flag(
        inversion: .prefixedNo,
        help:
            "More points in the layers of an example where those of gate-ig or attattr miss over 1 % of the change."
    )
    var refine = true
    @Flag(help: "Store as well which positions carry the scores (with --method gate).") var tokenScores =
        false
    @Option(
        help:
            "Test the scores: integrated gradients of the strongest quarter, exact ablation of so many heads and as many random ones; 0: not at all (default: 16 and 16 heads are switched off on 16 examples where that costs under a fifth of the run)."
    )
    var audit: Int?

    /// How many heads the audit that was asked for ablates; nil where none was.
    var auditedHeads: Int? { audit == 0 ? nil : audit }

    /// What the flags ask for.
    var recipe: Recipe {
        Recipe(
            method, objective: objective, baseline: auditedHeads == nil ? baseline : nil, points: points,
            isRefined: refine)
    }

    /// Whether heads are scored by the gradient of the loss at their gates.
    var isGateOfLoss: Bool { method == .gate && objective == .nll }

    func validate() throws {
        guard (1...1000).contains(points) else {
            throw ValidationError("--points is \(points), but must lie between 1 and 1000.")
        }
        if let audit, audit < 0 { throw ValidationError("--audit is \(audit), but must be 0 or more.") }
        if let contradiction = recipe.contradiction { throw ValidationError(contradiction) }
        if tokenScores, !isGateOfLoss {
            throw ValidationError("--token-scores goes with --method gate and --objective nll.")
        }
        if auditedHeads != nil, method != .gate {
            throw ValidationError("--audit tests --method gate; leave --method out.")
        }
    }

    /// How token losses become one, as measurements name it.
    func reductionName(_ reduction: Reduction) -> String {
        (objective.isReduced ? reduction : .exampleSum).rawValue
    }
}

private func names<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type) -> String {
    Choice.allCases.map(\.rawValue).joined(separator: ", ")
}

private func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, of flag: String
) throws -> Choice {
    guard let choice = Choice(rawValue: name) else {
        throw ValidationError("--\(flag) is \(name), but must be one of \(names(Choice.self)).")
    }
    return choice
}
