import HeadActivation
import Reports
import Statistics

/// The factor of each basic task.
func factorsTable(_ composition: Composition) -> Table {
    var table = Table([
        .text("basic task"), .number("α"), .number("part"), .number("α w/o common mode"), .number("R² alone"),
        .number("R² alone, centred"), .number("alone w/o common mode"),
    ])
    for (index, task) in composition.question.basics.enumerated() {
        let single = composition.singles.first { $0.tasks == [task] }
        table.add([
            task, written(composition.coefficients[index]) { fixed($0, decimals: 3) },
            written(composition.shares[index]) { percent($0, decimals: 0) },
            composition.partialCoefficients.map { written($0[index]) { fixed($0, decimals: 3) } } ?? "–",
            fixed(single?.uncentredR2, decimals: 3), fixed(single?.centredR2, decimals: 3),
            fixed(single?.partialR2, decimals: 3),
        ])
    }
    return table
}

/// The fit beside its controls.
func controlsTable(_ composition: Composition) -> Table {
    var table = Table([
        .text("fit"), .number("R²"), .number("R², centred"), .number("R² w/o common mode"),
    ])
    func three(_ control: Composition.Control?) -> [String] {
        [control?.uncentredR2, control?.centredR2, control?.partialR2].map { fixed($0, decimals: 3) }
    }
    table.add(
        ["all basic tasks"]
            + [composition.uncentredR2, composition.centredR2, composition.partialR2].map {
                written($0) { fixed($0, decimals: 3) }
            })
    if let best = composition.singles.first {
        table.add(["best single: \(best.tasks.joined(separator: ", "))"] + three(best))
    }
    let random = composition.random
    if let best = random.first {
        let size = best.tasks.count == 1 ? "one other task" : "\(best.tasks.count) other tasks"
        table.add(["best of \(random.count) × \(size): \(best.tasks.joined(separator: ", "))"] + three(best))
        table.add(["median of these"] + three(random[random.count / 2]))
    }
    table.add([
        "layers left out one by one", "–", fixed(composition.leaveOneLayerOutR2, decimals: 3), "–",
    ])
    return table
}

/// What may be said, in sentences that follow from the controls.
func verdictText(_ composition: Composition) -> String {
    let question = composition.question
    let (target, basics) = (question.target, question.basics.joined(separator: " and "))
    let fit = "R² \(fixed(composition.uncentredR2.value, decimals: 2))"
    let rest = fixed(composition.partialR2.value, decimals: 2)
    switch composition.verdict {
    case .supported(let ingredients):
        let idle = question.basics.filter { !ingredients.contains($0) }
        return
            "Supported: \(target) contains what is \(ingredients.joined(separator: "'s and "))'s own, beyond what all "
            + "tasks share (R² without the common mode \(rest); other tasks explain less by \(written(composition.advantage) { fixed($0, decimals: 2) }))."
            + (composition.random.first.map { $0.tasks.count < question.basics.count } ?? false
                ? " There were too few other tasks to try as many of them." : "")
            + (idle.isEmpty ? "" : " Nothing of \(idle.joined(separator: " or ")) is established.")
    case .commonModeOnly:
        return
            "Not supported: \(fit) comes from what all tasks share. Without it, other tasks explain \(target) as well "
            + "as \(basics) (R² \(rest))."
    case .notGeneral:
        return
            "Not supported: the fit of \(target) by \(basics) does not carry over to layers that it has not seen."
    case .noControl:
        return
            "Undecided: \(fit) means little alone, as all tasks share much of their pattern. Measure other tasks too, "
            + "best three or more, at the same checkpoints."
    case .uncertain:
        return
            "Undecided: what is left of \(target) without the common mode (R² \(rest)) is too uncertain to tell "
            + "ingredients. Measure more examples."
    }
}
