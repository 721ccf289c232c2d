import ArgumentParser
import GradAttrib
import Runs

/// Flags of what is watched, how heads are scored, and how the scores are tested.
struct AttributionOptions: ParsableArguments {
    @Option(
        help: "Attribution method (docs/methods.md): \(names(AttributionMethod.self)) (default: gate).",
        completion: .names(of: AttributionMethod.self), transform: { try choice($0, of: "method") })
    var method = AttributionMethod.gate
    @Option(
        help: "Objective F whose change is attributed: \(names(Objective.self)) (default: nll).",
        completion: .names(of: Objective.self), transform: { try choice($0, of: "objective") })
    var objective = Objective.nll
    @Option(
        help:
            "What replaces a head's output: \(names(Baseline.self)) (default: zero, or counterfactual for methods that need it).",
        completion: .names(of: Baseline.self), transform: { try choice($0, of: "baseline") })
    var baseline: Baseline?
    @Option(help: "Integration points of gate-ig, attattr and eap-ig.") var points = 20
    @Flag(
        inversion: .prefixedNo,
        help:
            "Add integration points to gate-ig and attattr where the scores of a layer miss their sum F − F₀ by more than 1 %."
    )
    var refine = true
    @Flag(help: "Also store the scores per token position (only --method gate).") var tokenScores =
        false
    @Option(
        help:
            "Test the scores: integrated gradients for the strongest quarter of heads, exact ablation of this many of them and of as many random heads; 0 turns the test off (default: 16 and 16 heads on 16 examples, if that takes less than a fifth of the run)."
    )
    var audit: Int?

    /// How many heads the audit that was asked for ablates; nil where none was.
    var auditedHeads: Int? { audit == 0 ? nil : audit }

    /// How the scores are tested.
    var auditPlan: AuditPlan {
        if let auditedHeads { return .heads(auditedHeads, baseline: baseline ?? .zero) }
        return audit == nil ? .small : .none
    }

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
