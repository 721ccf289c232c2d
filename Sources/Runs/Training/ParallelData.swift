import Examples
import Foundation
import LanguageSubspaces
import Records
import Transformers

/// Parallel texts of a run, and the subspace that their states are moved in.
struct ParallelData: Sendable {
    /// The subspace at the final norm.
    let subspace: LanguageSubspace
    /// The languages other than the central one that the texts have.
    let languages: [String]
    /// The central language.
    let central: String
    /// The texts as tokens.
    let items: [ParallelItem]
    /// Records that were bad or could not be used.
    let leftOut: Int

    /// Opens the subspaces and the texts of a run.
    ///
    /// - Throws: where subspaces are not of this model, the final norm was not read, records have different languages, or the
    ///   central one is missing.
    init(
        _ plan: LanguagePlan, of path: String, _ reading: ReadingPlan, _ open: OpenModel,
        _ computing: Computing, _ observer: RunObserver
    )
        throws
    {
        let (subspaces, subspace) = try Self.subspaces(plan, open, observer)
        let file = try readParallelTexts(at: path, languages: subspaces.languages, reading.reading)
        reading.say(file.notes, file.rejects, observer)
        let found = Self.languages(of: file.records)
        guard let first = file.records.first else {
            throw UnusableData(
                description: "\(path) holds no text in several languages; give at least one record.")
        }
        if let other = file.records.first(where: { Set($0.texts.keys) != found }) {
            let (more, less) = (
                Set(other.texts.keys).subtracting(found).sorted(),
                found.subtracting(other.texts.keys).sorted()
            )
            throw UnusableData(
                description:
                    "\(path), line \(other.line) (id \(other.id)): "
                    + (less.isEmpty
                        ? "it also has \(more.joined(separator: ", "))"
                        : "it lacks \(less.joined(separator: ", "))")
                    + ", unlike line \(first.line); all records need the same languages.")
        }
        guard found.contains(subspaces.central) else {
            throw UnusableData(
                description:
                    "\(path) has no texts in \(subspaces.central), the central language of \(plan.subspaces); add them, or read the "
                    + "subspaces with another --central.")
        }
        let others = subspaces.languages.filter { $0 != subspaces.central && found.contains($0) }
        guard !others.isEmpty else {
            throw UnusableData(
                description:
                    "\(path) has texts in \(subspaces.central) alone; add those of another language of \(plan.subspaces)."
            )
        }
        if let strange = plan.strengths?.keys.filter({ !others.contains($0) }).min() {
            throw UnusableData(
                description:
                    "--strength names \(strange), but the languages that are trained are \(others.joined(separator: ", "))."
            )
        }
        (self.subspace, central, languages) = (subspace, subspaces.central, others)
        let (items, rejects) = Self.items(
            file.records, [subspaces.central] + others, open, asChat: plan.asChat, computing)
        for reject in rejects { observer.warn("left out: \(path), \(reject)") }
        guard !items.isEmpty else {
            throw UnusableData(
                description: "\(path) holds no text that can be used: \(rejects.first.map { "\($0)" } ?? "")."
            )
        }
        (self.items, leftOut) = (items, rejects.count + file.rejects.count)
        let unused = subspaces.languages.filter { !found.contains($0) }
        observer.remark(
            "\(path): \(items.count) texts in \(central) and \(others.joined(separator: ", "))"
                + (unused.isEmpty ? "" : "; none in \(unused.joined(separator: ", "))")
                + "; left out \(leftOut)")
    }

    /// The subspaces of a file, and the one that states are moved in; that they were read otherwise than the run reads is said.
    private static func subspaces(
        _ plan: LanguagePlan, _ open: OpenModel, _ observer: RunObserver
    ) throws -> (all: Subspaces, final: LanguageSubspace) {
        let subspaces = try Subspaces(path: plan.subspaces)
        guard let final = subspaces[.final] else {
            throw UnusableData(
                description:
                    "\(plan.subspaces) has no subspace of the final norm, where training moves states; read it with "
                    + "`sft-probe languages probe --layers final`.")
        }
        guard final.agnostic.count == open.decoder.dModel else {
            throw UnusableData(
                description:
                    "\(plan.subspaces) is of states of \(final.agnostic.count) numbers, but \(open.name) has \(open.decoder.dModel); read "
                    + "the subspaces of this model.")
        }
        if let digest = subspaces.origin["model_sha256"], try digest != open.digest() {
            observer.warn(
                "\(plan.subspaces) was read from another model than \(open.name), of the same width")
        }
        if subspaces.origin["adapter_sha256"] != (try open.adapterDigest()) {
            observer.warn(
                "\(plan.subspaces) was read with another adapter than the training starts from, or with none")
        }
        if (subspaces.origin["chat"] != nil) != plan.asChat {
            observer.warn(
                "\(plan.subspaces) was read \(plan.asChat ? "without" : "with") the chat template, but the training's texts are read "
                    + (plan.asChat
                        ? "with it: read the subspaces with --chat, too" : "without: give --chat here, too"))
        }
        return (subspaces, final)
    }

    /// The languages of the first record, which all others need.
    private static func languages(of records: [ParallelText]) -> Set<String> {
        records.first.map { Set($0.texts.keys) } ?? []
    }

    /// The texts as tokens, each as `states` reads it.
    private static func items(
        _ records: [ParallelText], _ languages: [String], _ open: OpenModel, asChat: Bool,
        _ computing: Computing
    ) -> (items: [ParallelItem], rejects: [RejectedExample]) {
        var (items, rejects) = ([ParallelItem](), [RejectedExample]())
        let states = records.map { record in
            languages.map { language in
                let text = StateRecord(id: record.id, line: record.line, prompt: record.texts[language] ?? "")
                return asChat ? text.asChat : text
            }
        }
        for (record, texts) in zip(records, states) {
            let (sequences, bad) = Examples.encode(
                texts, with: open.tokenizer, contextLength: open.decoder.contextLength,
                vocabulary: open.decoder.vocabulary, now: computing.template.now)
            if let bad = bad.first {
                rejects.append(bad)
            } else if let cut = sequences.first(where: { $0.cut > 0 }) {
                rejects.append(
                    RejectedExample(
                        id: record.id, line: record.line,
                        reason:
                            "a text is \(cut.cut) tokens longer than the context of \(open.decoder.contextLength)"
                    ))
            } else {
                items.append(
                    ParallelItem(
                        id: record.id, line: record.line, central: sequences[0].ids,
                        others: sequences.dropFirst().map(\.ids)))
            }
        }
        return (items, rejects)
    }
}
