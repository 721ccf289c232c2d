import Testing
import Tokenization

@Suite struct DecodeTests {
    @Test(arguments: ["smollm", "gpt2"])
    func undoesEncode(variant name: String) throws {
        let tokenizer = try Reference.Variant(name).tokenizer
        for text in try Reference.strings {
            #expect(Array(tokenizer.decode(tokenizer.encode(text)).utf8) == Array(text.utf8))
        }
    }

    @Test(arguments: ["smollm", "llama3", "qwen2"])
    func leavesMarkersOutAsTheReferenceDoes(variant name: String) throws {
        let variant = try Reference.Variant(name)
        for (index, (text, ids)) in zip(try Reference.strings, variant.ids).enumerated() {
            let expected = variant.decoded["\(index)"] ?? text
            let found = variant.tokenizer.decode(ids, skipSpecialTokens: true)
            #expect(Array(found.utf8) == Array(expected.utf8))
        }
    }

    @Test func replacesBrokenBytesAsTheReferenceDoes() throws {
        struct Stored: Decodable {
            let ids: [[Int32]]
            let texts: [String]
        }
        let stored: Stored = try Reference.load("decode.json")
        let tokenizer = try Tokenizer(tokenizerJSON: Reference.base)
        #expect(stored.texts.contains { $0.contains("\u{FFFD}") })
        for (ids, text) in zip(stored.ids, stored.texts) {
            #expect(Array(tokenizer.decode(ids).utf8) == Array(text.utf8))
        }
    }

    @Test func joinsTheBytesOfTokens() throws {
        let tokenizer = try Tokenizer(tokenizerJSON: Reference.base)
        for text in try Reference.strings {
            #expect(tokenizer.encode(text).flatMap(tokenizer.bytes(of:)) == Array(text.utf8))
        }
    }

    @Test func namesEachTokenAsTheFileDoes() throws {
        let tokenizer = try Tokenizer(tokenizerJSON: Reference.base)
        #expect(tokenizer.count == 2000)
        for id in 0..<Int32(tokenizer.count) { #expect(tokenizer.id(of: tokenizer.token(id)) == id) }
        #expect(tokenizer.token(0) == "<|endoftext|>")
        #expect(tokenizer.isSpecial(0))
        #expect(!tokenizer.isSpecial(5))
        #expect(tokenizer.encode(" the").map(tokenizer.token) == ["Ġthe"])
    }

    @Test(arguments: [Int32.min, -1, 2000, .max])
    func leavesOutIDsOutsideTheVocabulary(id: Int32) throws {
        let tokenizer = try Tokenizer(tokenizerJSON: Reference.base)
        #expect(tokenizer.bytes(of: id) == [])
        #expect(tokenizer.token(id) == "")
        #expect(!tokenizer.isSpecial(id))
        #expect(tokenizer.decode([id] + tokenizer.encode("ab") + [id]) == "ab")
    }
}
