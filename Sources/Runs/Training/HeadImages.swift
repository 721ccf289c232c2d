import HeadActivation
import Reports
import Training

/// Maps of the heads in a run's steps for TensorBoard: of at most a hundred steps, the first and the last among them.
///
/// Colours mean the same in all maps of a run: they end at the largest number of the first one.
struct HeadImages {
    let task: String
    /// Steps of the whole run, and between records of heads; 0: none.
    let steps, every: Int

    /// The maps of a step; none where none is due.
    func images(of step: Int, in telemetry: Telemetry) -> [EventImage] {
        guard isDue(step) else { return [] }
        let recorded = telemetry.stepRows
        guard let first = recorded.first, let last = recorded.last(where: { $0.step == step }) else {
            return []
        }
        let (begin, now) = (telemetry.pattern(of: first.rows), telemetry.pattern(of: last.rows))
        func image(_ name: String, _ values: [Double], _ scale: ColorScale) -> EventImage {
            let (png, width, height) = scale.image(values, layers: now.layers, heads: now.heads)
            return EventImage(tag: "heads/\(task)/\(name)", png: png, width: width, height: height)
        }
        return [
            image("activation", now.shares, .amounts(begin.shares)),
            image("signed", now.signed.map(Double.init), .signed(begin.signed.map(Double.init))),
        ]
    }

    /// Whether a step's maps are drawn.
    func isDue(_ step: Int) -> Bool {
        guard every > 0, step % every == 0 else { return false }
        let stride = max(1, (steps / every + 99) / 100)
        return (step / every - 1) % stride == 0 || step + every > steps
    }
}
