package import Reports
package import Training

/// The curves of a run: loss, learning rate, and of pairs and held-out examples what there is.
///
/// - Parameter most: of how many points a curve of steps is at most; of more, means are drawn.
package func trainingCharts(
    _ lines: [MetricsLine], _ evaluations: [HeldOutLine], most: Int = .max
) -> [LineChart] {
    [
        lossChart(lines, evaluations, most: most), preferenceChart(lines, most: most),
        accuracyChart(evaluations),
        learningRateChart(lines, most: most),
    ].compactMap(\.self)
}

private func lossChart(_ lines: [MetricsLine], _ evaluations: [HeldOutLine], most: Int) -> LineChart {
    let isPreference = lines.contains { $0.figures["margin"] != nil }
    let heldOut = LineChart.Line(
        "held out, ± standard error", evaluations.map { (Double($0.step), $0.loss) },
        intervals: evaluations.map { $0.loss - $0.loss_standard_error...$0.loss + $0.loss_standard_error })
    let (points, each) = thinned(lines.map { (Double($0.step), Double($0.loss)) }, to: most)
    let training = LineChart.Line(each == 1 ? "training" : "training, means of \(each) steps", points)
    return LineChart(
        title: isPreference ? "Loss: of a pair; held out, of a chosen token; nats" : "Loss, nats a token",
        across: "step", up: "nats",
        lines: evaluations.isEmpty ? [training] : [training, heldOut])
}

/// What a preference run makes of its pairs.
private func preferenceChart(_ lines: [MetricsLine], most: Int) -> LineChart? {
    func line(_ title: String, _ name: String) -> LineChart.Line {
        let points = lines.compactMap { line in line.figures[name].map { (Double(line.step), $0) } }
        return LineChart.Line(title, thinned(points, to: most).points)
    }
    guard lines.contains(where: { $0.figures["margin"] != nil }) else { return nil }
    return LineChart(
        title: "Rewards β·(log π − log π of the reference), nats", across: "step", up: "nats",
        lines: [
            line("chosen", "rewards_chosen"), line("rejected", "rewards_rejected"),
            line("margin", "margin"),
        ])
}

private func accuracyChart(_ evaluations: [HeldOutLine]) -> LineChart? {
    let measured = evaluations.filter { $0.accuracy != nil }
    guard measured.count > 1 else { return nil }
    return LineChart(
        title: "Right answers, %", across: "step", up: "%",
        lines: [
            LineChart.Line(
                "held out, 95 % interval", measured.map { (Double($0.step), 100 * ($0.accuracy ?? 0)) },
                intervals: measured.map { 100 * ($0.accuracy_low ?? 0)...100 * ($0.accuracy_high ?? 1) })
        ])
}

private func learningRateChart(_ lines: [MetricsLine], most: Int) -> LineChart {
    let points = lines.map { (Double($0.step), 1e6 * $0.learningRate) }
    return LineChart(
        title: "Learning rate, millionths", across: "step", up: "10⁻⁶",
        lines: [LineChart.Line("learning rate", thinned(points, to: most).points)])
}

/// At most `most` points: where there are more, the means of as many neighbours each.
///
/// - Returns: the points, and how many each is the mean of.
func thinned(
    _ points: [(x: Double, y: Double)], to most: Int
) -> (points: [(x: Double, y: Double)], each: Int) {
    let each = max(1, (points.count - 1) / most + 1)
    guard each > 1 else { return (points, 1) }
    let means = stride(from: 0, to: points.count, by: each).map { start in
        let group = points[start..<min(start + each, points.count)]
        let count = Double(group.count)
        return (x: group.reduce(0) { $0 + $1.x } / count, y: group.reduce(0) { $0 + $1.y } / count)
    }
    return (means, each)
}
