import Foundation
import HeadActivation
import Records
import Reports
import Runs

/// What the page's script shows of a task's heads.
func headData(_ task: String, _ digests: [PatternDigest], _ changes: [TaskChange]) -> HeadData {
    let own = digests.filter { $0.summary.task == task }
    let order = inTrainingOrder(own.map(\.summary.checkpoint))
    let states = order.compactMap { name in own.first { $0.summary.checkpoint == name } }
    let change = changes.first { $0.task == task }.flatMap { change -> HeadData.Change? in
        guard let from = order.firstIndex(of: change.from), let to = order.firstIndex(of: change.to) else {
            return nil
        }
        let count = change.layers * change.heads
        var (t, q) = ([Double](repeating: .nan, count: count), [Double](repeating: .nan, count: count))
        for head in change.changed {
            let place = head.layer * change.heads + head.head
            (t[place], q[place]) = (head.t, head.q)
        }
        return HeadData.Change(from: from, to: to, t: t, q: q)
    }
    let last = states.last
    return HeadData(
        task: task, layers: last?.pattern.layers ?? 0, heads: last?.pattern.heads ?? 0,
        states: states.map(state),
        change: change, examples: last.map(examples) ?? [])
}

/// The examples of a measurement, with the beginnings of their texts where the data are where they were and as they were.
private func examples(of digest: PatternDigest) -> [HeadData.Example] {
    let data = digest.summary.provenance
    var texts: [String: String] = [:]
    if FileManager.default.fileExists(atPath: data.data), let digest = try? sha256(ofData: data.data),
        digest == data.dataSHA256, let found = try? readExamples(at: data.data, skippingBadLines: true)
    {
        for example in found.examples { texts[example.id] = beginning(of: example.content) }
    }
    return digest.ids.map { HeadData.Example(id: $0, text: texts[$0]) }
}

/// The first 300 characters of an example.
private func beginning(of content: Content) -> String {
    let text =
        switch content {
        case .promptCompletion(let prompt, let completion): "\(prompt) ▸ \(completion)"
        case .conversation(let turns, _): turns.map { "\($0.role): \($0.content)" }.joined(separator: " ")
        case .text(let text): text
        }
    return text.count > 300 ? text.prefix(299) + "…" : text
}

private func state(_ digest: PatternDigest) -> HeadData.State {
    let pattern = digest.pattern
    return HeadData.State(
        name: digest.summary.checkpoint,
        share: pattern.normalizedActivation ?? pattern.activation.map { _ in .nan },
        total: pattern.activation.reduce(0) { $0 + Double($1) }, signed: pattern.signed.map(Double.init),
        error: pattern.standardError.map(Double.init),
        strongest: digest.strongestExamples.map { $0.map(\.example) },
        scores: digest.strongestExamples.map { $0.map { Double($0.score) } })
}
