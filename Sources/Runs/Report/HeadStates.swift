package import HeadActivation
package import Reports

extension HeadData.State {
    /// The numbers of a pattern, for tips and the slider of a page.
    ///
    /// - Parameters:
    ///   - strongest: the examples that drive each head most, as places in the task's examples: [layer, head][rank].
    ///   - scores: their scores.
    package init(_ name: String, _ pattern: Pattern, strongest: [[Int]] = [], scores: [[Double]] = []) {
        self.init(
            name: name, share: pattern.shares, total: pattern.activation.reduce(0) { $0 + Double($1) },
            signed: pattern.signed.map(Double.init), error: pattern.standardError.map(Double.init),
            strongest: strongest, scores: scores)
    }
}

extension Pattern {
    /// Each head's share of the whole activation, not a number where there is none: [layer, head].
    package var shares: [Double] { normalizedActivation ?? activation.map { _ in .nan } }

    /// The map of shares, whose numbers the page has under a task and a checkpoint.
    package func activationMap(of task: String, _ checkpoint: String, scale: ColorScale) -> HeatMap {
        HeatMap(
            title: checkpoint, layers: layers, heads: heads, values: shares,
            source: .state(task: task, checkpoint: checkpoint), scale: scale,
            legend: "share of the whole activation",
            label: { percent($0, decimals: 2) })
    }

    /// The map of mean signed scores.
    package func signedMap(of task: String, _ checkpoint: String, scale: ColorScale) -> HeatMap {
        HeatMap(
            title: checkpoint, layers: layers, heads: heads, values: signed.map { Double($0) },
            source: .state(task: task, checkpoint: checkpoint), scale: scale, legend: "mean ∂loss/∂ξ, nats")
    }
}

/// The two maps of the last of several states, and the numbers of all, which a page's slider goes through.
package struct HeadStates {
    /// What the numbers are of, as the page names it.
    package let name: String
    package let states: [(name: String, pattern: Pattern)]

    /// - Parameter states: in their order, at least one.
    package init(_ name: String, _ states: [(name: String, pattern: Pattern)]) {
        (self.name, self.states) = (name, states)
    }

    /// The maps, in colours that mean the same for all states.
    package var maps: PageBlock {
        let shares = ColorScale.amounts(states.flatMap(\.pattern.shares))
        let signed = ColorScale.signed(states.flatMap { $0.pattern.signed.map(Double.init) })
        guard let last = states.last else { return .row([]) }
        return .row([
            .map(last.pattern.activationMap(of: name, last.name, scale: shares)),
            .map(last.pattern.signedMap(of: name, last.name, scale: signed)),
        ])
    }

    /// The numbers.
    package var data: HeadData {
        HeadData(
            task: name, layers: states.last?.pattern.layers ?? 0, heads: states.last?.pattern.heads ?? 0,
            states: states.map { HeadData.State($0.name, $0.pattern) }, change: nil)
    }
}
