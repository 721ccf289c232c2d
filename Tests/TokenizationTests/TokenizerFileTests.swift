import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct TokenizerFileTests {
    /// A whole tokenizer in which each test changes one thing.
    static let small = """
        {"added_tokens": [{"id": 3, "content": "<s>", "special": true}], "normalizer": null,
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
         "post_processor": null, "decoder": {"type": "ByteLevel"},
         "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}
        """

    static func open(_ json: String) throws -> Tokenizer {
        try withFile(Data(json.utf8)) { try Tokenizer(tokenizerJSON: $0) }
    }

    /// Ids as `tokenizers` 0.22 gives them to added tokens that the vocabulary has, that are listed twice, or whose id is
    /// taken.
    static let added: [(tokens: [(id: Int, content: String)], ids: [Int32])] = [
        ([(1, "<s>")], [2, 3, 1, 0]), ([(3, "ab")], [2, 1, 0]), ([(3, "<s>"), (4, "<s>")], [2, 3, 1, 0]),
        ([(3, "<s>"), (3, "<t>")], [2, 3, 1, 0, 4]), ([(1, "<s>"), (3, "<t>")], [2, 3, 1, 0, 4]),
    ]

    @Test(arguments: added)
    func givesAddedTokensTheReferencesIDs(tokens: [(id: Int, content: String)], ids: [Int32]) throws {
        let list = tokens.map { #"{"id": \#($0.id), "content": "\#($0.content)", "special": true}"# }
        let json = Self.small.replacing(
            #"{"id": 3, "content": "<s>", "special": true}"#, with: list.joined(separator: ", "))
        let hasS = tokens.contains { $0.content == "<s>" }
        let text = "ab" + (hasS ? "<s>" : "") + "ba" + (tokens.contains { $0.content == "<t>" } ? "<t>" : "")
        #expect(try Self.open(json).encode(text) == ids)
    }

    @Test func readsTheSmallOne() throws {
        let tokenizer = try Self.open(Self.small)
        #expect(tokenizer.encode("ab<s>ba") == [2, 3, 1, 0])
        #expect(tokenizer.beginning == nil && tokenizer.end == nil && tokenizer.chatTemplate == nil)
    }

    static let changes: [(String, String, complaint: String)] = [
        ("\"a b\"", "\"a c\"", "merge 1, \"a\" + \"c\""),
        ("\"a b\"", "\"a b c\"", "a merge is not of two tokens"),
        ("\"a b\"", "[\"a\"]", "a merge is not of two tokens"),
        ("\"a b\"", "7", "expected '\"', found '7'"),
        ("[\"a b\"]", "{}", "expected '[', found '{'"),
        ("\"b\": 1", "\"b\": 0", "repeats a token or an id"),
        ("\"b\": 1", "\"a\": 1", "repeats a token or an id"),
        ("\"b\": 1", "\"b\": -1", "expected a token id"),
        ("\"b\": 1", "\"b\": \"1\"", "expected a token id"),
        ("\"b\": 1", "\"b\": 1.5", "expected ','"),
        ("\"b\": 1", "\"b\": 2147483647", "far beyond the number of tokens"),
        ("\"b\": 1", "\"b\": 99999999999999999999", "a token id is too large"),
        ("\"id\": 3", "\"id\": 2147483647", "far beyond the number of tokens"),
        ("\"id\": 3", "\"id\": 1e300", "added token 0 lacks a usable id"),
        ("\"content\": \"<s>\"", "\"text\": \"<s>\"", "the key \"text\" of an added token"),
        ("\"merges\"", "\"merge_limit\": 3, \"merges\"", "the key \"merge_limit\" of its model"),
        ("\"normalizer\": null", "\"normaliser\": null", "the key \"normaliser\" of the file"),
        (
            "\"use_regex\": true", "\"use_regexp\": true",
            "the key \"use_regexp\" of the pre_tokenizer ByteLevel"
        ),
        ("\"BPE\"", "\"WordLevel\"", "the model is \"WordLevel\", which is not supported"),
        ("\"BPE\"", "\"WordPiece\"", "supported: with a BPE model only"),
        ("\"merges\"", "\"byte_fallback\": true, \"merges\"", "byte_fallback is true"),
        ("\"merges\"", "\"dropout\": 0.1, \"merges\"", "dropout is the number 0.1"),
        ("\"merges\"", "\"end_of_word_suffix\": \"</w>\", \"merges\"", "end_of_word_suffix"),
        ("\"normalizer\": null", "\"normalizer\": 3", "the normalizer is the number 3"),
        (
            "\"post_processor\": null",
            "\"post_processor\": {\"type\": \"TemplateProcessing\", \"single\": []}", "holds the text 0 times"
        ),
        (
            "\"post_processor\": null",
            "\"post_processor\": {\"type\": \"TemplateProcessing\", \"single\": [{}]}", "unknown piece"
        ),
        ("null", "nul", "expected null"),
        ("\"<s>\"", "\"\\ud800\"", "half a surrogate pair"),
        ("\"<s>\"", "\"\\q\"", "unknown escape"),
        ("\"<s>\"", "\"\\u12", "an escape is not hexadecimal"),
        ("\"<s>\"", "\"\u{1}\"", "bare control character"),
        (
            "\"normalizer\": null", "\"x\": " + String(repeating: "[", count: 1_000_000),
            "nested more than 64 deep"
        ),
        (
            "\"normalizer\": null", "\"x\": " + String(repeating: "{\"a\":", count: 100_000),
            "nested more than 64 deep"
        ),
        ("\"ab\": 2}", "\"ab\": 2},,", "expected '\"', found ','"),
        ("\"merges\": [\"a b\"]}}", "\"merges\": [\"a b\"]}} x", "something follows the end"),
    ]

    @Test(arguments: changes)
    func saysWhatItCannotUse(old: String, new: String, complaint: String) throws {
        let json = Self.small.replacing(old, with: new, maxReplacements: 1)
        #expect(json != Self.small)
        let error = #expect(throws: TokenizerError.self) { try Self.open(json) }
        #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
        #expect(error?.description.contains("tokenizer.json: ") == true)
    }

    @Test func refusesEveryPieceOfAFile() throws {
        let bytes = Array(Self.small.utf8)
        for length in 0..<bytes.count {
            #expect(throws: TokenizerError.self) {
                try withFile(Data(bytes[..<length])) { try Tokenizer(tokenizerJSON: $0) }
            }
        }
    }

    @Test func survivesAnyByteInAnyPlace() throws {
        let bytes = Array(Self.small.utf8)
        for place in bytes.indices {
            for byte: UInt8 in [0x22, 0x5B, 0x7D] {
                var changed = bytes
                changed[place] = byte
                try withFile(Data(changed)) { path in
                    if let tokenizer = try? Tokenizer(tokenizerJSON: path) {
                        _ = tokenizer.encode("ab<s> ba")
                    }
                }
            }
        }
    }

    @Test func saysThatAFileIsMissing() {
        let error = #expect(throws: TokenizerError.self) {
            try Tokenizer(tokenizerJSON: "/nowhere/tokenizer.json")
        }
        #expect(error?.description.hasPrefix("/nowhere/tokenizer.json: cannot be read") == true)
    }
}
