import Testing
import Tokenization

/// Vocabularies of GGUF files that hold a token twice.
@Suite struct ForeignVocabularyTests {
    @Test(arguments: ["gpt2", "llama"])
    func ofEqualTokensATextGetsTheLast(_ model: String) throws {
        let tokens = ["a", "b", "a", "\u{2581}", "Ġ"]
        let tokenizer = try Tokenizer(
            Vocabulary(
                model: model, tokens: tokens, kinds: [1, 1, 1, 1, 1], scores: [0, 0, 0, 0, 0], merges: [],
                splitter: "smollm", spacePrefix: .none, source: "test"))
        #expect(tokenizer.encode("aba") == [2, 1, 2])
        #expect(tokenizer.decode([0, 1, 2]) == "aba")
        #expect(tokenizer.notes.contains { $0.contains("\"a\" again with id 2") }, "\(tokenizer.notes)")
    }
}
