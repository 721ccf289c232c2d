import Foundation
import JSON
import Kernels
import LaMerCurriculum
import ModelFiles
import Records

/// The training and held-out data of a remedy.
struct RemedyData {
    let mixture: [RemedyExample]
    let repair, failing, passing, heldOut: [RemedyExample]
    /// The pairs that examples were made for.
    let trained: Set<TrainedPair>
    let generalCount: Int

    /// Mixes the repair examples of a file with general ones.
    init(
        _ plan: RemedyPlan, _ recorded: RecordedDiagnosis, usesTemplate: Bool, warn: (String) -> Void
    ) throws {
        let lines = try readJSONLines(RemedyExample.self, at: plan.examples).map(\.record)
        guard !lines.isEmpty else {
            throw UnusableData(
                description: "\(plan.examples) holds no example; synthesize some from a diagnosis.")
        }
        let repair = lines.map { RemedyExample(training: $0, usesTemplate: usesTemplate) }
        trained = Set(
            lines.compactMap { line in
                line.query_id.flatMap { id in line.fact.map { TrainedPair(queryID: id, fact: $0) } }
            })
        let wanted =
            plan.general == nil
            ? 0 : LaMerCurriculum.generalCount(share: plan.generalShare, repair: lines.count)
        let general =
            try plan.general.map {
                try generalExamples($0, seed: plan.computing.seed, usesTemplate: usesTemplate)
            } ?? []
        let kept = min(plan.generalHeldOut, general.count / 2)
        heldOut = Array(general.prefix(kept))
        let mixed = general.dropFirst(kept).prefix(wanted)
        if mixed.count < wanted {
            warn(
                "\(plan.general ?? ""): \(mixed.count) general examples are left to mix in, where \(wanted) would be "
                    + "\(plan.generalShare) of the mixture.")
        }
        generalCount = mixed.count
        var (repairs, generals) = (repair[...], mixed)
        mixture = interleaved(repair: repair.count, general: mixed.count).compactMap {
            $0 ? generals.popFirst() : repairs.popFirst()
        }
        self.repair = spread(repair, plan.heads)
        func queries(_ isCounted: (DiagnosisLine) -> Bool) -> [RemedyExample] {
            var seen = Set<String>()
            let chosen = recorded.pairs.filter { isCounted($0) && seen.insert($0.queryID).inserted }
            return spread(chosen, plan.heads).map { pair in
                RemedyExample(
                    asking: pair, answer: pair.candidates[PairState(pair).toldBest],
                    usesTemplate: usesTemplate)
            }
        }
        let lacking = Set(
            recorded.pairs.filter { $0.relativeEntropy >= recorded.threshold }.map(\.queryID))
        failing = queries { $0.relativeEntropy >= recorded.threshold }
        passing = queries { !lacking.contains($0.queryID) }
    }

    /// Writes the files; what has no lines is not written.
    func write(_ files: RemedyFiles) throws(ModelFileError) {
        for (lines, path) in [
            (mixture, files.mixture), (heldOut, files.heldOut), (repair, files.repair),
            (failing, files.failing), (passing, files.passing),
        ] where !lines.isEmpty {
            do {
                let writer = try JSONLinesWriter(path: path)
                for line in lines { try writer.write(line) }
                try writer.finish()
            } catch { throw ModelFileError(error, at: path) }
        }
    }
}

/// The examples of a file in a random order, each as a prompt and the last answer.
private func generalExamples(_ path: String, seed: Int, usesTemplate: Bool) throws -> [RemedyExample] {
    var generator = SeededGenerator(seed: seed, stream: -3)
    return try readExamples(at: path).examples.map { example in
        if let variable = example.variables.first?.key {
            throw UnusableData(
                description:
                    "\(path), line \(example.line): \"\(variable)\" would be lost in the mixture; give general "
                    + "examples of messages alone.")
        }
        let turns: [Message]
        switch example.content {
        case .promptCompletion(let prompt, let completion):
            // Chat templates trim what is said.
            turns = [("user", prompt), ("assistant", completion)].map {
                Message(role: $0, content: $1.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        case .conversation(let messages, _): turns = messages
        case .text:
            throw UnusableData(
                description:
                    "\(path), line \(example.line): a text has no answer; general examples must be prompts with answers."
            )
        }
        guard let last = turns.lastIndex(where: { $0.role == "assistant" }), last > 0 else {
            throw UnusableData(
                description: "\(path), line \(example.line): the assistant says nothing after a prompt.")
        }
        return RemedyExample(
            id: "general-\(example.id)", general: true, prompt: Array(turns[..<last]),
            completion: [turns[last]], usesTemplate: usesTemplate)
    }.shuffled(using: &generator)
}

/// At most `count` elements, evenly spaced.
private func spread<Element>(_ all: [Element], _ count: Int) -> [Element] {
    guard all.count > count else { return all }
    return (0..<count).map { all[$0 * all.count / count] }
}
