public import Examples
import Foundation
public import ModelFiles
import ModelHub
import Records
public import Tokenization
public import Transformers

/// A model whose files are open, with its tokenizer.
public struct OpenModel: Sendable {
    /// The model as the user named it.
    public let name: String
    /// Its files.
    public let source: ModelSource
    /// The adapter that is on it, if any.
    public let adapter: AdapterFolder?
    /// Sentences about the parts of the adapter that were merged into the weights; none if all stayed
    /// separate.
    public let adapterNotes: [String]
    /// The model, with the adapter.
    public var decoder: Decoder
    /// The model's tokenizer.
    public internal(set) var tokenizer: Tokenizer
    /// Tokens that were added to both; none as a rule.
    public internal(set) var newTokens: [NewToken] = []

    /// Opens the model of a path or of a pulled name, and applies the adapter of a folder.
    ///
    /// - Parameters:
    ///   - name: A folder, a .gguf file or a pulled name.
    ///   - path: The folder of a LoRA adapter; nil for none.
    ///   - warn: Takes a sentence for each part of a file that is not used as it stands; by default standard error.
    public init(name: String, adapter path: String? = nil, warn: (String) -> Void = RunObserver().warn) throws
    {
        self.name = name
        let place = try resolveModel(name)
        if place.hasPrefix("\(HubCache().folder)/"), place != name {
            warn("\(name): read from the Hugging Face cache, \(place)")
        }
        source = try ModelSource(path: place)
        adapter = try path.map { path throws(ModelFileError) in try AdapterFolder(path: path) }
        (decoder, adapterNotes) = try adapted(Decoder(source), by: adapter, warn: warn)
        let own = try Self.tokenizer(source)
        tokenizer = try Self.tokenizer(of: adapter, besides: own, warn: warn) ?? own
        for note in decoder.notes { warn("\(name): \(note).") }
        for note in tokenizer.notes { warn("\(name): \(note)") }
    }

    /// The tokens that end an answer; said where they are not the tokenizer's own end alone.
    public func ends(remark: (String) -> Void) throws -> Set<Int32> {
        let ends = tokenizer.ends(named: try source.endTokens())
        if ends != Set([tokenizer.end].compactMap(\.self)) {
            remark("\(name): an answer ends with \(named(ends).joined(separator: ", ")).")
        }
        return ends
    }

    /// The same as their texts and ids.
    public func namedEnds() throws -> [String] { named(tokenizer.ends(named: try source.endTokens())) }

    private func named(_ ends: Set<Int32>) -> [String] {
        ends.sorted().map { id in
            id < tokenizer.count ? "\(tokenizer.token(id)) (\(id))" : "\(id)"
        }
    }

    /// The size of the weight files, in bytes.
    public var fileBytes: Int {
        source.files.reduce(0) { sum, path in
            let target = URL(filePath: path).resolvingSymlinksInPath().path  // caches like to link
            return sum + ((try? FileManager.default.attributesOfItem(atPath: target)[.size] as? Int) ?? 0)
        }
    }

    /// SHA-256 over the weight files: of the file where there is one, else of the digests of all, in order.
    public func digest() throws -> String { try sha256(ofFiles: source.files) }

    /// SHA-256 over the adapter's files, likewise; nil without one.
    public func adapterDigest() throws -> String? { try adapter.map { try sha256(ofFiles: $0.files) } }
}

/// SHA-256 of a data file, as it was read: of what came through it, if it is a pipe.
public func sha256(ofData path: String) throws -> String { try sha256(ofFile: reopenable(path)) }

/// SHA-256 of a file, or of the digests of several, in order.
public func sha256(ofFiles paths: [String]) throws -> String {
    let digests = try paths.sorted().map { try sha256(ofFile: $0) }
    return digests.count == 1 ? digests[0] : sha256(of: Data(digests.joined().utf8))
}

/// A model with an adapter applied, if there is one; says which parts were merged into the weights.
package func adapted(
    _ decoder: Decoder, by adapter: AdapterFolder?, warn: (String) -> Void
) throws(ModelError) -> (decoder: Decoder, notes: [String]) {
    guard let adapter else { return (decoder, []) }
    let (adapted, notes) = try decoder.adapted(by: adapter)
    for note in notes { warn("\(adapter.path), on the model: \(note).") }
    return (adapted, notes)
}

extension OpenModel {
    /// Turns and answers for the model; that it has no chat template is said.
    public func answerTokenizer(
        _ computing: Computing, remark: (String) -> Void
    ) throws -> AnswerTokenizer {
        do {
            let answers = try AnswerTokenizer(
                tokenizer, ends: ends(remark: remark), now: computing.template.now)
            if !answers.usesTemplate {
                remark("\(name) has no chat template: a prompt is the query and a line break.")
            }
            sayDate(computing.template, remark)
            return answers
        } catch let error as ConversationError {
            throw UnusableData(description: "\(name): \(error).")
        }
    }

    /// The day that the chat template prints when it renders; nil if it prints none.
    public func templateDate(_ computing: Computing) -> String? {
        computing.template.printed(by: tokenizer)
    }

    /// Says the day that the chat template prints, if it prints one.
    func sayDate(_ template: TemplateDay, _ remark: (String) -> Void) {
        guard let date = template.printed(by: tokenizer) else { return }
        remark("\(name): its chat template prints the date: \(date)")
    }
}
