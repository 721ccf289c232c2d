import Foundation
package import HeadActivation
package import Reports

/// What a run recorded of its heads, step by step.
package struct RunTelemetry {
    /// The task under which it is filed.
    package let task: String
    package let telemetry: Telemetry

    /// The first telemetry of a file; nil where there is none.
    package init?(in file: PatternFile) throws(PatternError) {
        guard FileManager.default.fileExists(atPath: file.path), let task = try file.telemetryTasks().first,
            let found = try file.readTelemetry(task: task),
            !found.steps.isEmpty
        else { return nil }
        (self.task, telemetry) = (task, found)
    }

    /// The heads in the steps, at most fifty of them, the last among them.
    package var states: HeadStates {
        HeadStates(
            "\(task): training steps", telemetry.patterns(atMost: 50).map { ("step \($0.step)", $0.pattern) })
    }
}

/// The heads in the steps of a training: maps of the last one, which the page's slider takes through the others.
package func telemetrySection(_ recorded: RunTelemetry, _ states: HeadStates) -> [PageBlock] {
    let (recordedSteps, shown) = (recorded.telemetry.stepRows.count, states.states.count)
    return [
        .heading("The heads while training", level: 2),
        .paragraph(
            "The scores of each step's own examples, from the backward pass that trained"
                + (shown < recordedSteps ? ", of \(shown) of the \(recordedSteps) recorded steps" : "")
                + ". Each step has other examples, so "
                + "neighbours differ by chance: what training changed is seen in checkpoints, which are measured on the same ones."
        ),
        states.maps,
    ]
}

/// How much the five heads that were strongest in the first steps mattered to the examples of each step.
package func strongestHeadsChart(_ recorded: RunTelemetry, most: Int = .max) -> LineChart {
    let shares = recorded.telemetry.sharesOfStrongest(5, judgedBy: 5)
    return LineChart(
        title: "Heads in the training steps: share of the activation, %", across: "step", up: "%",
        lines: [
            LineChart.Line(
                "5 strongest heads of the first 5 steps",
                thinned(shares.map { (Double($0.step), 100 * $0.share) }, to: most).points)
        ])
}
