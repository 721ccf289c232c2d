import Testing
import Tokenization

@Suite struct NormalizerTests {
    /// Random sequences of letters, marks and Hangul parts, each with the reference's composed form.
    @Test func composesAsTheReferenceDoes() throws {
        let pairs: [[String]] = try Reference.load("composed.json")
        let tokenizer = try Reference.Variant("qwen2").tokenizer
        #expect(pairs.contains { Array($0[0].utf8) != Array($0[1].utf8) })
        for pair in pairs {
            let found = tokenizer.decode(tokenizer.encode(pair[0]))
            #expect(Array(found.unicodeScalars) == Array(pair[1].unicodeScalars))
        }
    }

    @Test func putsALongRunOfMarksInOrderInTime() throws {
        let tokenizer = try Reference.Variant("qwen2").tokenizer
        let text = "a" + String(repeating: "\u{323}\u{307}\u{31B}", count: 100_000)
        let seconds = ContinuousClock().measure { _ = tokenizer.encode(text) }
        #expect(seconds < .seconds(5))
    }
}
