import Foundation
import ModuleRobustness
import Reports
import Statistics
import Transformers

/// What was found under one perturbation, for people and programs.
struct RobustnessText {
    let name: String
    let modules: [ModuleFigures]
    let patterns: RobustnessPatterns
    let joint: JointRobustness?
    let tolerance: Double

    init(
        _ name: String, of found: RobustnessMeasurement, _ perturbation: Perturbation,
        joint: JointRobustness?, tolerance: Double, seed: Int
    ) {
        self.name = name
        modules = found.summary(of: perturbation)
        patterns = RobustnessPatterns(of: modules, seed: seed)
        (self.joint, self.tolerance) = (joint, tolerance)
    }

    /// The tables and sentences of a terminal.
    var text: String {
        var lines = ["\n\(name): \(modules.count) modules", typeTable.fitted, weakest.fitted]
        lines.append("The paper's patterns (95 % intervals):")
        lines.append(
            "  depth: Spearman of layer and drop \(shown(patterns.depth)), of the log-odds' fall \(shown(patterns.depthOfLogit)) (below 0: earlier layers are the more sensitive)"
        )
        if let drop = patterns.queriesAndKeys, let logit = patterns.queriesAndKeysOfLogit {
            lines.append(
                "  Q and K: mean drop less that of the other types \(shown(drop)), log-odds \(shown(logit)) (above 0: the more sensitive)"
            )
        } else {
            lines.append("  Q and K: this model's files hold no queries and keys of their own")
        }
        if let joint {
            lines.append(
                "  together: \(counted(joint.modules.count, "module")) with a drop up to \(number(tolerance)), perturbed at once: drop \(number(joint.drop)), sum of "
                    + "their own \(number(joint.sum)), excess \(shown(joint.excess)) (above 0: sensitive together)"
            )
        } else {
            lines.append("  together: no module has a drop up to \(number(tolerance))")
        }
        lines.append(agreementTable.fitted)
        return lines.joined(separator: "\n")
    }

    private var typeTable: Table {
        var table = Table([
            .text("type"), .number("modules"), .number("drop"), .number("largest"), .number("log-odds lost"),
            .number("fitted anew"), .number("1 − cosine"), .number("margin lost"),
        ])
        for role in ProjectionRole.allCases {
            let own = modules.filter { $0.place.role == role }
            guard !own.isEmpty else { continue }
            func mean(_ figure: (ModuleFigures) -> Double) -> String {
                number(own.map(figure).reduce(0, +) / Double(own.count))
            }
            table.add([
                role.rawValue, "\(own.count)", mean(\.drop), number(own.map(\.drop).max() ?? 0),
                mean(\.logitFall),
                mean(\.retrainedDrop), mean(\.turn),
                own.contains { $0.marginFall == nil } ? "–" : mean { $0.marginFall ?? 0 },
            ])
        }
        return table
    }

    private var weakest: Table {
        var table = Table([
            .text("most sensitive modules"), .number("drop"), .number("log-odds lost"),
            .number("fitted anew"),
        ])
        let order = modules.sorted { ($1.drop, $1.logitFall) < ($0.drop, $0.logitFall) }
        for module in order.prefix(5) {
            table.add([
                module.place.path, number(module.drop), number(module.logitFall),
                number(module.retrainedDrop),
            ])
        }
        return table
    }

    private var agreementTable: Table {
        var table = Table([
            .text("rank correlation over modules"), .number("with the drop"),
            .number("with the log-odds' fall"),
        ])
        for (name, drop, logit) in patterns.agreement {
            table.add([name, shown(drop), name == "fall of the log-odds" ? "" : shown(logit)])
        }
        return table
    }
}

/// What the model is before anything is perturbed, and whether there is anything to protect.
func startText(_ found: RobustnessMeasurement) -> String {
    let start = found.start
    let count = start.decisions.count
    let right = Proportion(start.decisions.count { $0 > 0 }, of: count)
    var text =
        "The model as it is: the classifier takes \(right.count) of \(count) test prompts of label 1 for 1 "
        + "(\(percent(right.share)) [\(percent(right.interval.lowerBound)), \(percent(right.interval.upperBound))]), balanced accuracy \(percent(start.retrainedAccuracy))"
    if let margin = start.margin {
        let spread = PairedChange(before: start.margins.map { _ in 0 }, after: start.margins).change
        text +=
            "; refusal margin \(number(margin)) nats \(spread.interval.map { "[\(number($0.low)), \(number($0.high))]" } ?? "")"
        if let interval = spread.interval, interval.low <= 0 {
            text +=
                interval.high < 0
                ? ".\nThe refusal margin is below zero: this model would rather comply, so there is no refusal to protect"
                : ".\nThe refusal margin is near zero: on these prompts there is no refusal to protect that could be told from none"
            text += "; `sft-probe refusals` says how often it refuses"
        }
    }
    if start.retrainedAccuracy <= 0.5 {
        text +=
            ".\nThe classifier is no better than chance: the prompts' labels cannot be read off this model"
    }
    return text + "."
}

func number(_ value: Double) -> String { String(format: "%.3f", value) }

func shown(_ estimate: Estimate) -> String {
    (estimate.value.map(number) ?? "–")
        + (estimate.interval.map { " [\(number($0.low)), \(number($0.high))]" } ?? "")
}
