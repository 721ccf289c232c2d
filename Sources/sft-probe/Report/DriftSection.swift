import HeadActivation
import Reports

/// What became of a guarded behaviour and of the modules' weights while training.
func driftSection(_ drift: Drift) -> [PageBlock] {
    guard let first = drift.figures.first, let last = drift.figures.last, drift.steps.count > 1 else {
        return []
    }
    func curve(_ name: String, _ figure: (Drift.Figures) -> Float) -> LineChart.Line {
        LineChart.Line(name, zip(drift.steps, drift.figures).map { (Double($0), Double(figure($1))) })
    }
    let charts = [
        LineChart(
            title: "The guarded behaviour, %", across: "step", up: "%",
            lines: [
                curve("frozen classifier, label 1 taken for 1") { 100 * $0.accuracy },
                curve("classifier fitted anew, balanced") { 100 * $0.retrainedAccuracy },
            ]),
        first.margin.isFinite
            ? LineChart(
                title: "Refusal margin, nats", across: "step", up: "nats",
                lines: [curve("mean margin") { $0.margin }])
            : nil,
        changeChart(drift),
    ].compactMap(\.self)
    let values = Dictionary(
        zip(drift.modules, drift.lastChanges.map(Double.init)), uniquingKeysWith: { first, _ in first })
    let map = moduleMap("‖ΔW‖ after step \(drift.steps.last ?? 0)", values, "Frobenius norm", isSigned: false)
    return [
        .heading("The guarded behaviour while training", level: 2),
        .paragraph(
            "From the start to step \(drift.steps.last ?? 0) the frozen classifier takes \(percent(Double(last.accuracy))) of the test "
                + "prompts of label 1 for what they are (\(percent(Double(first.accuracy))) at the start)"
                + (first.margin.isFinite
                    ? ", and the refusal margin is \(fixed(Double(last.margin), decimals: 2)) nats (\(fixed(Double(first.margin), decimals: 2)))."
                    : ".")),
        .row(charts.map { .chart($0) } + (map.map { [.map($0)] } ?? [])),
    ]
}

/// How far the weights of each type of module have moved: the mean over layers of ‖ΔW‖.
private func changeChart(_ drift: Drift) -> LineChart {
    let names = drift.modules.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
    let types = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return LineChart(
        title: "‖ΔW‖, mean over layers", across: "step", up: "norm",
        lines: types.map { type in
            let own = names.indices.filter { names[$0] == type }
            return LineChart.Line(
                type,
                drift.steps.indices.map { step in
                    let sum = own.reduce(0.0) { $0 + Double(drift.changes[step * names.count + $1]) }
                    return (Double(drift.steps[step]), sum / Double(own.count))
                })
        })
}
