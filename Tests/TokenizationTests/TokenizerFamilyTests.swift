import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct TokenizerFamilyTests {
    @Test(arguments: [
        ("spm-bpe", "gemma"), ("spm-bpe", "llama2"), ("spm-bpe", "whole"), ("spm-bpe", "first"),
        ("spm-bpe", "never"),
        ("spm-bpe", "joined"), ("unigram", "precompiled"), ("unigram", "bytes"), ("unigram", "whole"),
        ("wordpiece", "uncased"), ("wordpiece", "cased"), ("wordpiece", "short"),
    ])
    func givesTheReferencesIDsAndTexts(file: String, name: String) throws {
        let family = try FamilyReference.Family(file)
        let variant = try #require(family.variants[name])
        let tokenizer = try family.tokenizer(name)
        #expect(try FamilyReference.firstDifference(tokenizer, variant.ids) == nil)
        #expect(try FamilyReference.firstWrongText(tokenizer, variant.ids, variant.decoded) == nil)
        #expect(tokenizer.notes == [])
    }

    @Test(arguments: ["fused", "single", "dropped", "plain"])
    func treatsCharactersWithoutATokenAsTheReferenceDoes(name: String) throws {
        let family = try FamilyReference.Family("spm-bpe-gaps")
        let ids = try #require(family.variants[name]).ids
        #expect(try FamilyReference.firstDifference(try family.tokenizer(name), ids) == nil)
    }

    @Test(arguments: [
        ("llama", Vocabulary.SpacePrefix.start), ("gemma", .none), ("phi3", .everyPart),
    ])
    func readsScoresAsTheReferenceDoes(architecture: String, prefix: Vocabulary.SpacePrefix) throws {
        let stored = try Reference.object(at: fixture("spm-gguf.json", of: "TokenizationTests"))
        let names = architecture == "gemma" ? ["<s>": "<bos>", "</s>": "<eos>"] : [:]
        let tokens = try #require(stored["tokens"] as? [String]).map { names[$0] ?? $0 }
        let kinds = try #require(stored["kinds"] as? [Int]).map(Int32.init)
        let scores = try #require(stored["scores"] as? [Double]).map(Float.init)
        let tokenizer = try Tokenizer(
            Vocabulary(
                model: "llama", tokens: tokens, kinds: kinds, scores: scores, merges: [], splitter: "default",
                spacePrefix: prefix, unknown: 0, beginning: 1, end: 2))
        let answers = try #require((stored["architectures"] as? [String: [String: Any]])?[architecture])
        let ids = try FamilyReference.integers(answers["ids"])
        #expect(try FamilyReference.firstDifference(tokenizer, ids) == nil)
        let decoded = try #require(answers["decoded"] as? [String: String])
        #expect(try FamilyReference.firstWrongText(tokenizer, ids, decoded) == nil)
    }

    @Test func joinsTheBytesOfTokensWithinAText() throws {
        let tokenizer = try FamilyReference.Family("spm-bpe").tokenizer("gemma")
        for text in try FamilyReference.strings where !text.contains("\u{2581}") && !text.contains("<0x") {
            #expect(tokenizer.encode(text).flatMap(tokenizer.bytes(of:)) == Array(text.utf8))
        }
    }

    /// A long text without a place to split costs n log n, and the same ids as its cached parts.
    @Test func mergesALongTextInTime() throws {
        let tokenizer = try FamilyReference.Family("spm-bpe").tokenizer("gemma")
        let sentence = "the quick brown fox doesn't jump over 12 lazy dogs "
        let text = String(repeating: sentence, count: 2000)
        var ids: [Int32] = []
        let seconds = ContinuousClock().measure { ids = tokenizer.encode(text) }
        #expect(tokenizer.decode(ids) == text)
        #expect(seconds < .seconds(2))
        let word = String(repeating: "abc", count: 40_000)
        #expect(ContinuousClock().measure { ids = tokenizer.encode(word) } < .seconds(2))
        #expect(tokenizer.decode(ids) == word)
    }

    @Test func saysThatAPatternIsSlow() throws {
        let tokenizer = try Reference.patched { file in
            file["pre_tokenizer"] = [
                "type": "Sequence",
                "pretokenizers": [
                    [
                        "type": "Split", "pattern": ["Regex": "[a-z]+|."], "behavior": "Isolated",
                        "invert": false,
                    ],
                    ["type": "ByteLevel", "add_prefix_space": false, "use_regex": false],
                ],
            ]
        }
        #expect(tokenizer.notes.count == 1)
        #expect(tokenizer.notes.first?.hasSuffix("[a-z]+|.") == true)
        #expect(tokenizer.decode(tokenizer.encode("ab CD")) == "ab CD")
    }
}
