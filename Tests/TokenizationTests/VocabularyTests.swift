import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct VocabularyTests {
    @Test(arguments: ["smollm", "gpt2", "qwen2"])
    func givesTheIDsOfTheFileItStandsFor(splitter: String) throws {
        let tokenizer = try Tokenizer(
            vocabulary(of: Reference.object(at: Reference.base), splitter: splitter))
        let variant = try Reference.Variant(splitter)
        #expect(try firstDifference(tokenizer, variant.ids) == nil)
    }

    @Test func putsBeginningAndEndAroundLlamasTexts() throws {
        let vocabulary = vocabulary(
            of: try Reference.object(at: Reference.base), splitter: "llama-bpe", addsBoth: true)
        #expect(try firstDifference(try Tokenizer(vocabulary), try Reference.Variant("llama3").ids) == nil)
    }

    /// Expressions without a scanner: the ids are the reference's, and the tokenizer says that it is slow.
    @Test(arguments: ["tekken", "gpt-4o"])
    func runsOtherExpressionsAndSaysSo(splitter: String) throws {
        let stored: [String: [[Int32]]] = try Reference.load("named-splitters.json")
        let tokenizer = try Tokenizer(
            vocabulary(of: Reference.object(at: Reference.base), splitter: splitter))
        #expect(try FamilyReference.firstDifference(tokenizer, try #require(stored[splitter])) == nil)
        #expect(tokenizer.notes.count == 1)
        #expect(tokenizer.notes.first?.contains("slower") == true)
    }

    static func small(
        model: String = "gpt2", tokens: [String] = ["a", "b", "ab"], kinds: [Int32] = [1, 1, 1],
        scores: [Float] = [], merges: [String] = ["a b"], splitter: String = "gpt-2", unknown: Int32? = nil,
        end: Int32? = nil
    ) -> Vocabulary {
        Vocabulary(
            model: model, tokens: tokens, kinds: kinds, scores: scores, merges: merges, splitter: splitter,
            unknown: unknown, end: end, source: "m.gguf")
    }

    static let broken: [(Vocabulary, String)] = [
        (small(merges: ["a c"]), "merge 1, \"a\" + \"c\""),
        (small(merges: ["ab"]), "not of two tokens"),
        (small(merges: ["b a"]), "names or makes a token"),
        (small(kinds: [1, 1]), "3 tokens and 2 token types"),
        (small(kinds: [1, 1, 9]), "supported: 1 to 6"),
        (small(splitter: "viking"), "supported: dbrx, deepseek-r1-qwen, default"),
        (small(model: "rwkv"), "supported: gpt2, llama"),
        (small(model: "llama", merges: []), "3 tokens and 0 scores"),
        (small(model: "llama", scores: [0, .nan, 0], merges: []), "score of token 1"),
        (small(model: "llama", scores: [0, 0, 0], merges: [], unknown: 3), "unknown token's id 3"),
        (small(end: 3), "end token's id 3"),
        (small(end: -1), "end token's id -1"),
    ]

    @Test(arguments: broken)
    func refusesWhatContradictsItself(vocabulary: Vocabulary, complaint: String) throws {
        let error = #expect(throws: TokenizerError.self) { try Tokenizer(vocabulary) }
        #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
        #expect(error?.description.hasPrefix("m.gguf: ") == true)
    }
}

/// The GGUF metadata of a tokenizer.json.
func vocabulary(of file: [String: Any], splitter: String, addsBoth: Bool = false) -> Vocabulary {
    let model = file["model"] as? [String: Any] ?? [:]
    let ids = model["vocab"] as? [String: Int] ?? [:]
    let merges = (model["merges"] as? [[String]] ?? []).map { $0.joined(separator: " ") }
    let added = Set((file["added_tokens"] as? [[String: Any]] ?? []).compactMap { $0["content"] as? String })
    let tokens = ids.sorted { $0.value < $1.value }.map(\.key)
    return Vocabulary(
        tokens: tokens, kinds: tokens.map { added.contains($0) ? 3 : 1 }, merges: merges, splitter: splitter,
        beginning: 1, end: 2, addsBeginning: addsBoth, addsEnd: addsBoth)
}
