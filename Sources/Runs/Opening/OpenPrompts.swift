public import Examples
import Files
import Foundation
public import ModuleRobustness
import Records
import Tokenization
import Transformers

extension ReadingPlan {
    /// The prompts or texts of a file as tokens; what was left out or cut is said.
    ///
    /// - Parameters:
    ///   - splits: whether `split` is read.
    ///   - asChat: whether a prompt that is a string is what a user says, for the chat template.
    public func texts(
        of path: String, _ model: OpenModel, _ computing: Computing, _ observer: RunObserver = RunObserver(),
        splits: Bool = false, asChat: Bool = false
    ) throws -> [StateSequence] {
        let file = try readStateRecords(at: path, reading, splits: splits)
        say(file.notes, file.rejects, observer)
        if !asChat, model.tokenizer.chatTemplate != nil, file.records.contains(where: \.isBarePrompt), splits
        {
            observer.remark(
                "\(path): prompts that are strings are read as they stand, without the chat template of \(model.name); "
                    + "--chat makes them what a user says")
        }
        let (sequences, rejects) = Examples.encode(
            asChat ? file.records.map(\.asChat) : file.records, with: model.tokenizer,
            contextLength: model.decoder.contextLength, vocabulary: model.decoder.vocabulary,
            now: computing.template.now)
        for reject in rejects { observer.warn("left out: \(path), \(reject)") }
        let cut = sequences.filter { $0.cut > 0 }
        for sequence in cut.prefix(20) {
            observer.warn(
                "cut: \(path), line \(sequence.record.line) (id \(sequence.record.id)): \(sequence.cut) tokens from its left, to "
                    + "fit the context of \(model.decoder.contextLength).")
        }
        if cut.count > 20 { observer.warn("cut: \(path): so were \(cut.count - 20) more texts.") }
        guard !sequences.isEmpty else {
            throw UnusableData(
                description: "\(path) holds no text that can be used"
                    + (rejects.first.map { ": \($0)" } ?? "; give at least one record."))
        }
        return sequences
    }

    /// The labelled prompts of a file, each in `train` or `test`.
    public func behaviour(
        of path: String, _ model: OpenModel, _ computing: Computing, _ observer: RunObserver = RunObserver(),
        asChat: Bool
    ) throws -> [BehaviourPrompt] {
        let texts = try texts(of: path, model, computing, observer, splits: true, asChat: asChat)
        let prompts = try texts.map { text in
            func unusable(_ key: String, _ allowed: String, _ found: String?) -> UnusableData {
                UnusableData(
                    description: "\(path), line \(text.record.line) (id \(text.record.id)): \"\(key)\" is "
                        + "\(found.map { "\"\($0)\"" } ?? "missing"), but must be \(allowed).")
            }
            guard let label = text.record.label, ["0", "1", "true", "false"].contains(label) else {
                throw unusable(
                    "label", "1 where the behaviour is wanted, and 0 where it is not", text.record.label)
            }
            guard let split = text.record.split, ["train", "test"].contains(split) else {
                throw unusable("split", "\"train\" or \"test\"", text.record.split)
            }
            return BehaviourPrompt(
                id: text.record.id, ids: text.ids, isPositive: ["1", "true"].contains(label),
                isTest: split == "test")
        }
        do throws(RobustnessError) { try prompts.requireBothKinds() } catch {
            throw UnusableData(description: "\(path): \(error).")
        }
        return prompts
    }
}

/// Openings of answers from a file, or English ones under the name `usual`.
public func openings(named path: String) throws -> Openings {
    guard path != "usual" else { return .usual }
    guard let data = FileManager.default.contents(atPath: path) else { throw RecordError.missing(path: path) }
    do {
        return try JSONDecoder().decode(Openings.self, from: data)
    } catch let error as RobustnessError {
        throw UnusableData(description: "\(path): \(error).")
    } catch {
        throw UnusableData(
            description:
                "\(path) does not hold openings; expected {\"refusal\": [\"I'm sorry\"], \"compliance\": [\"Sure\"]}."
        )
    }
}

extension OpenModel {
    /// Openings as tokens that follow a prompt; one that holds another is said.
    public func tokens(of openings: Openings, _ observer: RunObserver = RunObserver()) -> OpeningTokens {
        func encode(_ text: String) -> [Int32] { tokenizer.encode(text, addSpecialTokens: false) }
        if let nested = openings.nested(encode).first {
            observer.remark(
                "the opening \"\(nested)\" begins with another of its kind, so its probability counts twice")
        }
        return OpeningTokens(openings, encode: encode)
    }
}
