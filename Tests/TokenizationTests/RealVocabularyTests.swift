import Foundation
import ModelFiles
import TestSupport
import Testing
import Tokenization

/// Vocabularies too large for the repository, where this machine has their files.
@Suite struct RealVocabularyTests {
    static let gemma = ProcessInfo.processInfo.environment["SFT_PROBE_GEMMA3"]
    static let miniLM = ProcessInfo.processInfo.environment["SFT_PROBE_MINILM"]

    @Test(.enabled(if: gemma != nil, "set SFT_PROBE_GEMMA3 to Gemma 3 270M's GGUF file"))
    func givesTheReferencesIDsForGemma() throws {
        let source = try ModelSource(path: #require(Self.gemma))
        guard case .gguf(let stored) = source.vocabulary else {
            Issue.record("the file is no GGUF file")
            return
        }
        let vocabulary = Vocabulary(
            model: stored.model, tokens: stored.tokens, kinds: stored.kinds.map(Int32.init),
            scores: stored.scores ?? [], merges: stored.merges, splitter: stored.pre ?? "default",
            spacePrefix: stored.addsSpacePrefix == false ? .none : .start,
            unknown: stored.unknown.map(Int32.init),
            beginning: stored.bos.map(Int32.init), end: stored.eos.map(Int32.init),
            addsBeginning: stored.addsBOS ?? true, addsEnd: stored.addsEOS ?? false, source: source.path)
        let tokenizer = try Tokenizer(vocabulary)
        #expect(tokenizer.count == 262_144)
        #expect(try FamilyReference.firstDifference(tokenizer, Reference.load("gemma3-ids.json")) == nil)
        for text in try FamilyReference.strings where !text.contains("\u{2581}") && !text.contains("<0x") {
            #expect(tokenizer.decode(tokenizer.encode(text, addSpecialTokens: false)) == text)
        }
    }

    @Test(
        .enabled(if: miniLM != nil, "set SFT_PROBE_MINILM to a folder with all-MiniLM-L6-v2's tokenizer.json")
    )
    func givesTheReferencesIDsForMiniLM() throws {
        let tokenizer = try Tokenizer(tokenizerJSON: #require(Self.miniLM))
        #expect(tokenizer.count == 30522)
        #expect(try FamilyReference.firstDifference(tokenizer, Reference.load("minilm-ids.json")) == nil)
    }
}
