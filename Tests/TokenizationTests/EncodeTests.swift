import TestSupport
import Testing
import Tokenization

@Suite struct EncodeTests {
    @Test(arguments: ["smollm", "gpt2", "qwen2", "llama3", "prefixed", "added"])
    func givesTheReferencesIDs(variant name: String) throws {
        let variant = try Reference.Variant(name)
        #expect(try variant.ids.count == Reference.strings.count)
        #expect(try firstDifference(variant.tokenizer, variant.ids) == nil)
    }

    @Test(arguments: [("fused", true, true), ("single", true, false), ("dropped", false, false)])
    func treatsBytesWithoutATokenAsTheReferenceDoes(key: String, unknown: Bool, fuses: Bool) throws {
        let gaps = try Reference.object(at: fixture("gaps.json", of: "TokenizationTests"))
        let removed = Set(try #require(gaps["removed"] as? [String]))
        let expected = try #require(gaps[key] as? [[Int]]).map { $0.map(Int32.init) }
        let tokenizer = try Reference.patched { file in
            var model = file["model"] as? [String: Any] ?? [:]
            let vocabulary = (model["vocab"] as? [String: Int] ?? [:]).filter { !removed.contains($0.key) }
            let merges = (model["merges"] as? [[String]] ?? []).filter { pair in
                [pair[0], pair[1], pair[0] + pair[1]].allSatisfy { vocabulary[$0] != nil }
            }
            model.merge(["vocab": vocabulary, "merges": merges, "fuse_unk": fuses, "ignore_merges": true]) {
                $1
            }
            if unknown { model["unk_token"] = "<repo_name>" }
            file["model"] = model
        }
        #expect(try firstDifference(tokenizer, expected) == nil)
    }

    @Test func addsSpecialTokensOnlyWhereAsked() throws {
        let tokenizer = try Reference.Variant("llama3").tokenizer
        let bare = tokenizer.encode("a b", addSpecialTokens: false)
        #expect(tokenizer.encode("a b") == [1] + bare + [2])
        #expect(tokenizer.encode("", addSpecialTokens: false) == [])
    }

    @Test func mergesAVeryLongWordInTime() throws {
        let tokenizer = try Tokenizer(tokenizerJSON: Reference.base)
        let alphabet = Array("etaoinshrdlu")
        var state: UInt64 = 1
        let word = String(
            (0..<100_000).map { _ -> Character in
                state = state &* 6_364_136_223_846_793_005 &+ 1
                return alphabet[Int(state >> 33) % alphabet.count]
            })
        for text in [word, String(repeating: "a", count: 100_000), String(repeating: " ", count: 100_000)] {
            var ids: [Int32] = []
            let seconds = ContinuousClock().measure { ids = tokenizer.encode(text) }
            #expect(tokenizer.decode(ids) == text)
            #expect(seconds < .seconds(2))
        }
    }

    @Test func encodesAWordTheSameAloneAndAmongMany() throws {
        let tokenizer = try Tokenizer(tokenizerJSON: Reference.base)
        let words = try Reference.strings.filter { !$0.isEmpty }
        let separator = "<|im_end|>"
        let joined = words.joined(separator: separator) + separator + words.joined(separator: separator)
        let alone = (words + words).map { tokenizer.encode($0) }
        #expect(tokenizer.encode(joined) == Array(alone.joined(separator: tokenizer.encode(separator))))
    }
}
