import Foundation

/// The numbers of a task's heads at each of its checkpoints: what tips, the slider and the search of a page show.
public struct HeadData: Encodable, Sendable {
    /// A checkpoint.
    public struct State: Encodable, Sendable {
        /// Its name.
        public let name: String
        /// Each head's share of the whole activation: [layer, head]; and the whole.
        let share: [Double?]
        let total: Double?
        /// The mean signed score and its standard error: [layer, head].
        let signed, error: [Double?]
        /// The examples that drive each head most: [layer, head][rank], as places in the task's `examples`; and their scores.
        let strongest: [[Int]]
        let scores: [[Double?]]

        /// A checkpoint's numbers: [layer, head] each, and the sum of all activations.
        public init(
            name: String, share: [Double], total: Double, signed: [Double], error: [Double],
            strongest: [[Int]] = [], scores: [[Double]] = []
        ) {
            self.name = name
            (self.share, self.total) = (share.map(short), short(total))
            (self.signed, self.error) = (signed.map(short), error.map(short))
            (self.strongest, self.scores) = (strongest, scores.map { $0.map(short) })
        }
    }

    /// How sure the change of each head is: [layer, head].
    public struct Change: Encodable, Sendable {
        let from, to: Int
        let t, q: [Double?]

        /// - Parameters:
        ///   - from: the checkpoint before, as a place in `states`.
        ///   - to: the checkpoint after, as a place in `states`.
        ///   - t: the change of each head over its standard error: [layer, head].
        ///   - q: the smallest false discovery rate at which each head is listed: [layer, head].
        public init(from: Int, to: Int, t: [Double], q: [Double]) {
            (self.from, self.to, self.t, self.q) = (from, to, t.map(short), q.map(short))
        }
    }

    /// An example, for those who look at what drives a head.
    public struct Example: Encodable, Sendable {
        let id: String
        let text: String?

        /// - Parameters:
        ///   - id: the record's id.
        ///   - text: its beginning; nil where the data are not at hand.
        public init(id: String, text: String?) { (self.id, self.text) = (id, text) }
    }

    /// The task.
    public let task: String
    let layers, heads: Int
    let states: [State]
    let change: Change?
    let examples: [Example]

    /// The numbers of a task.
    public init(
        task: String, layers: Int, heads: Int, states: [State], change: Change?, examples: [Example] = []
    ) {
        (self.task, self.layers, self.heads) = (task, layers, heads)
        (self.states, self.change, self.examples) = (states, change, examples)
    }
}

/// A number as a page needs it: four digits; nil where it is none.
private func short(_ value: Double) -> Double? {
    guard value.isFinite, value != 0 else { return value.isFinite ? 0 : nil }
    let scale = pow(10, 3 - floor(log10(value.magnitude)))
    let rounded = (value * scale).rounded() / scale
    return rounded.isFinite ? rounded : value
}

/// Data of a page's script, as text that is safe within a `script` element.
func scriptData(_ tasks: [HeadData]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let data = try? encoder.encode(tasks) else { return "[]" }
    return String(decoding: data, as: UTF8.self).replacing("<", with: "\\u003c")
}
