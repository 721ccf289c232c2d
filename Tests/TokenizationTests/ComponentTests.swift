import Foundation
import TestSupport
import Testing
import Tokenization

/// Each component by itself, against the reference's, in tokenizers that show what it does.
@Suite struct ComponentTests {
    static func steps(_ file: String) throws -> (stored: [String: Any], steps: [[String: Any]]) {
        let stored = try Reference.object(at: fixture(file, of: "TokenizationTests"))
        return (stored, try #require(stored["steps"] as? [[String: Any]]))
    }

    /// Bytes have tokens, so that decoding gives back what the normalizer left.
    static func withNormalizer(_ json: Any) throws -> Tokenizer {
        try Reference.patched { file in
            file["normalizer"] = json
            file["added_tokens"] = []
        }
    }

    @Test func normalizersChangeWhatTheReferencesDo() throws {
        let (stored, steps) = try Self.steps("normalizers.json")
        let strings = try #require(stored["strings"] as? [String])
        #expect(steps.count == 18)
        for step in steps {
            let json = try #require(step["json"])
            let tokenizer = try Self.withNormalizer(json)
            func normalized(_ text: String) -> [UInt8] {
                Array(tokenizer.decode(tokenizer.encode(text)).utf8)
            }
            let changed = try #require(step["changed"] as? [String: String])
            for (index, text) in strings.enumerated() {
                let expected = changed["\(index)"] ?? text
                #expect(normalized(text) == Array(expected.utf8), "\(json) of \(text.debugDescription)")
            }
            let scalars = try #require(step["scalars"] as? [String])
            #expect(normalized(scalars[0]) == Array(scalars[1].utf8), "\(json)")
        }
    }

    /// Characters have tokens, with a prefix where they do not begin a word.
    static func withPreTokenizer(_ json: Any, for texts: [[String]]) throws -> Tokenizer {
        let scalars = Set(texts.joined().flatMap { Array($0.unicodeScalars) }).sorted()
        var tokens = ["\"[UNK]\""]
        for scalar in scalars {
            let escaped = scalar.utf16.map { "\\u" + ("000" + String($0, radix: 16)).suffix(4) }.joined()
            tokens += ["\"\(escaped)\"", "\"##\(escaped)\""]
        }
        let vocabulary = tokens.enumerated().map { "\($1):\($0)" }.joined(separator: ",")
        let preTokenizer = String(decoding: try JSONSerialization.data(withJSONObject: json), as: UTF8.self)
        return try TokenizerFileTests.open(
            """
            {"pre_tokenizer": \(preTokenizer), "decoder": null, "model": {"type": "WordPiece", "unk_token": "[UNK]",
            "max_input_chars_per_word": 1000, "vocab": {\(vocabulary)}}}
            """)
    }

    @Test func preTokenizersSplitAsTheReferencesDo() throws {
        let (stored, steps) = try Self.steps("pre-tokenizers.json")
        let strings = try #require(stored["strings"] as? [String])
        #expect(steps.count == 32)
        for step in steps {
            let json = try #require(step["json"])
            let expected = try #require(step["pieces"] as? [[String]])
            let tokenizer = try Self.withPreTokenizer(json, for: expected)
            for (text, pieces) in zip(strings, expected) {
                var found: [String] = []
                for token in tokenizer.encode(text).map(tokenizer.token) {
                    if token.unicodeScalars.starts(with: "##".unicodeScalars), let last = found.popLast() {
                        found.append(last + String(token.unicodeScalars.dropFirst(2)))
                    } else {
                        found.append(token)
                    }
                }
                #expect(
                    found.map { Array($0.utf8) } == pieces.map { Array($0.utf8) },
                    "\(json) of \(text.debugDescription)")
            }
        }
    }

    @Test func decodersJoinAsTheReferencesDo() throws {
        let (stored, steps) = try Self.steps("decoders.json")
        let lists = try #require(stored["tokens"] as? [[String]])
        let tokens = Set(lists.joined()).sorted()
        #expect(steps.count == 14)
        for step in steps {
            let json = try #require(step["json"])
            let tokenizer = try FamilyReference.Family("spm-bpe").tokenizer("gemma") { file in
                let ids = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
                file["model"] = ["type": "BPE", "vocab": ids, "merges": [String]()]
                file["added_tokens"] = []
                file["decoder"] = json
            }
            let expected = try #require(step["texts"] as? [String])
            for (list, text) in zip(lists, expected) {
                let found = tokenizer.decode(list.compactMap(tokenizer.id(of:)))
                #expect(Array(found.utf8) == Array(text.utf8), "\(json) of \(list)")
            }
        }
    }

    static let refused: [(section: String, content: String, complaint: String)] = [
        ("normalizer", #"{"type": "Nmt"}"#, #"the normalizer is "Nmt""#),
        ("normalizer", #"{"type": "Prepend"}"#, #"lacks a usable "prepend""#),
        ("normalizer", #"{"type": "Replace", "pattern": {"String": "a"}}"#, #"lacks a usable "content""#),
        (
            "normalizer", #"{"type": "Replace", "pattern": {}, "content": ""}"#,
            #"neither a String nor a Regex"#
        ),
        (
            "normalizer", #"{"type": "Replace", "pattern": {"String": ""}, "content": "x"}"#,
            #"for an empty string"#
        ),
        (
            "normalizer", #"{"type": "Replace", "pattern": {"Regex": "("}, "content": ""}"#,
            #"expression is (,"#
        ),
        (
            "normalizer", #"{"type": "Precompiled", "precompiled_charsmap": "AAA"}"#,
            #""precompiled_charsmap""#
        ),
        (
            "normalizer", #"{"type": "Precompiled", "precompiled_charsmap": "/////w=="}"#,
            #""precompiled_charsmap""#
        ),
        ("pre_tokenizer", #"{"type": "UnicodeScripts"}"#, #"the pre-tokenizer is "UnicodeScripts""#),
        ("pre_tokenizer", #"{"type": "Metaspace", "replacement": "ab"}"#, #"not one character"#),
        (
            "pre_tokenizer", #"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "last"}"#,
            #""last""#
        ),
        ("pre_tokenizer", #"{"type": "Split", "pattern": {"String": "a"}}"#, #"lacks its behavior"#),
        ("pre_tokenizer", #"{"type": "Punctuation", "behavior": "Gone"}"#, #""Gone""#),
        ("decoder", #"{"type": "CTC"}"#, #"the decoder is "CTC""#),
        ("decoder", #"{"type": "Strip", "content": "ab", "start": 1, "stop": 0}"#, #"Strip lacks"#),
        ("decoder", #"{"type": "Strip", "content": "a", "start": -1, "stop": 0}"#, #"Strip lacks"#),
        ("post_processor", #"{"type": "BertProcessing", "sep": ["x", 3]}"#, #"lacks the id of "cls""#),
        ("post_processor", #"{"type": "Roberta"}"#, #"the post-processor is "Roberta""#),
        ("model", #"{"type": "WordLevel"}"#, #"the model is "WordLevel""#),
        ("model", #"{"type": "WordPiece", "vocab": {"a": 0}}"#, #""[UNK]" is not in the vocabulary"#),
        ("model", #"{"type": "Unigram", "vocab": {"a": 0}}"#, #"lack scores"#),
        ("model", #"{"type": "Unigram", "unk_id": 7, "vocab": [["a", 0.5]]}"#, #"unk_id is 7"#),
        ("model", #"{"type": "Unigram", "vocab": [["a", "b"]]}"#, #"expected a number"#),
        ("model", #"{"type": "Unigram", "vocab": [["a"]]}"#, #"not a string and a score"#),
    ]

    @Test(arguments: refused)
    func saysWhatItCannotUse(section: String, content: String, complaint: String) throws {
        let json = try JSONSerialization.jsonObject(with: Data(content.utf8))
        let error = #expect(throws: TokenizerError.self) {
            try FamilyReference.Family("spm-bpe").tokenizer("gemma") { file in
                if section == "model" { file["added_tokens"] = [] }
                file[section] = json
            }
        }
        #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
    }

    /// Damaged maps either are refused or normalize to something; they never end the program.
    @Test func survivesDamagedCharacterMaps() throws {
        let variant = try #require(try FamilyReference.Family("unigram").variants["precompiled"])
        let file = try #require(
            try JSONSerialization.jsonObject(with: Data(variant.file.utf8)) as? [String: Any])
        let steps = try #require((file["normalizer"] as? [String: Any])?["normalizers"] as? [[String: Any]])
        let text = try #require(steps[0]["precompiled_charsmap"] as? String)
        let sample = "A\u{FB01}\u{E9}\u{3000}x\u{BD}"
        let whole = try Self.withNormalizer(steps[0])
        #expect(whole.decode(whole.encode(sample)) == "afie x1/2")
        func tryDamaged(_ bytes: some Sequence<UInt8>) throws {
            let map = Data(bytes).base64EncodedString()
            let normalizer =
                "\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"\(map)\"}"
            let json = TokenizerFileTests.small.replacing("\"normalizer\": null", with: normalizer)
            _ = try? TokenizerFileTests.open(json).encode(sample)
        }
        let bytes = [UInt8](try #require(Data(base64Encoded: text)))
        for place in stride(from: 0, to: bytes.count, by: 41) {
            var changed = bytes
            changed[place] ^= 0xFF
            try tryDamaged(changed)
            try tryDamaged(bytes[..<place])
        }
    }
}
