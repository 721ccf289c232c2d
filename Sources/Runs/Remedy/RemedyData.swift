import ChatTemplates
import Foundation
import Kernels
import LaMerCurriculum
import ModelFiles
import Records

/// A repair example as a line of `schedule` or `synthesize` has it.
struct RepairLine: Decodable {
    let id: String
    let prompt, completion: [Message]
    let query_id, fact: String?
}

/// An example of the mixture; `general` marks those that are not for repair.
struct MixtureLine: Encodable {
    let id: String
    let general: Bool
    let prompt, completion: Turns

    /// Messages where the model has a chat template; else one text.
    enum Turns: Encodable {
        case messages([Message])
        case text(String)

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .messages(let messages): try value.encode(messages)
            case .text(let text): try value.encode(text)
            }
        }
    }

    init(id: String, general: Bool, prompt: [Message], completion: [Message], usesTemplate: Bool) {
        (self.id, self.general) = (id, general)
        func text(_ messages: [Message]) -> String { messages.map(\.content).joined(separator: "\n") }
        if usesTemplate {
            (self.prompt, self.completion) = (.messages(prompt), .messages(completion))
        } else {
            (self.prompt, self.completion) = (.text(text(prompt) + "\n"), .text(text(completion)))
        }
    }

    /// A query with one of its answers.
    init(asking pair: RecordedPair, answer: String, usesTemplate: Bool) {
        self.init(
            id: pair.queryID, general: false, prompt: [Message(role: "user", content: pair.query)],
            completion: [Message(role: "assistant", content: answer)], usesTemplate: usesTemplate)
    }
}

/// The training and held-out data of a remedy.
struct RemedyData {
    let mixture: [MixtureLine]
    let repair, failing, passing, heldOut: [MixtureLine]
    /// The pairs that examples were made for.
    let trained: Set<TrainedPair>
    let generalCount: Int

    /// Mixes the repair examples of a file with general ones.
    init(
        _ plan: RemedyPlan, _ recorded: RecordedDiagnosis, usesTemplate: Bool, warn: (String) -> Void
    ) throws {
        let lines = try readJSONLines(RepairLine.self, at: plan.examples).map(\.record)
        guard !lines.isEmpty else {
            throw UnusableData(
                description: "\(plan.examples) holds no example; make some with `sft-probe synthesize`.")
        }
        let repair = lines.map {
            MixtureLine(
                id: $0.id, general: false, prompt: $0.prompt, completion: $0.completion,
                usesTemplate: usesTemplate)
        }
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
        func queries(_ isCounted: (RecordedPair) -> Bool) -> [MixtureLine] {
            var seen = Set<String>()
            let chosen = recorded.pairs.filter { isCounted($0) && seen.insert($0.queryID).inserted }
            return spread(chosen, plan.heads).map { pair in
                MixtureLine(
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
private func generalExamples(_ path: String, seed: Int, usesTemplate: Bool) throws -> [MixtureLine] {
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
        return MixtureLine(
            id: "general-\(example.id)", general: true, prompt: Array(turns[..<last]),
            completion: [turns[last]], usesTemplate: usesTemplate)
    }.shuffled(using: &generator)
}

/// At most `count` elements, evenly spaced.
private func spread<Element>(_ all: [Element], _ count: Int) -> [Element] {
    guard all.count > count else { return all }
    return (0..<count).map { all[$0 * all.count / count] }
}
