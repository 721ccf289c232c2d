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
    let (driving, examples) = last.map(drivingExamples) ?? ([], [])
    return HeadData(
        task: task, layers: last?.pattern.layers ?? 0, heads: last?.pattern.heads ?? 0,
        states: states.map {
            state($0, strongest: $0.summary.checkpoint == last?.summary.checkpoint ? driving : [])
        },
        change: change, examples: examples)
}

/// The examples that drive a head of a measurement, each once, and for each head their places in that list.
private func drivingExamples(of digest: PatternDigest) -> (places: [[Int]], examples: [HeadData.Example]) {
    let chosen = Set(digest.strongestExamples.flatMap { $0.map(\.example) }).sorted()
    let place = Dictionary(uniqueKeysWithValues: zip(chosen, chosen.indices))
    let texts = exampleTexts(digest.summary.provenance, of: Set(chosen.map { digest.ids[$0] }))
    return (
        digest.strongestExamples.map { $0.map { place[$0.example] ?? 0 } },
        chosen.map { HeadData.Example(id: digest.ids[$0], text: texts[digest.ids[$0]]) }
    )
}

/// The beginnings of examples by their ids, where the data are a file as it was when it was measured, and not a large one.
private func exampleTexts(_ data: Provenance, of ids: Set<String>) -> [String: String] {
    let place = URL(filePath: data.data).resolvingSymlinksInPath().path(percentEncoded: false)
    let facts = try? FileManager.default.attributesOfItem(atPath: place)
    guard let facts, facts[.type] as? FileAttributeType == .typeRegular,
        let size = facts[.size] as? Int, size <= 64 << 20,
        let digest = try? sha256(ofData: place), digest == data.dataSHA256,
        let found = try? readExamples(at: place, skippingBadLines: true)
    else { return [:] }
    var texts: [String: String] = [:]
    for example in found.examples where ids.contains(example.id) {
        texts[example.id] = beginning(of: example.content)
    }
    return texts
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

private func state(_ digest: PatternDigest, strongest: [[Int]]) -> HeadData.State {
    HeadData.State(
        digest.summary.checkpoint, digest.pattern, strongest: strongest,
        scores: digest.strongestExamples.map { $0.map { Double($0.score) } })
}
