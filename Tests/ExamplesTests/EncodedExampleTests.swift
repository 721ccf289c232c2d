import Examples
import Foundation
import Records
import TestSupport
import Testing
import Tokenizers
import Transformers

@Suite struct EncodedExampleTests {
    /// Bytes as tokens, an end token, and merges of nothing: ids are easy to foretell.
    static func tokenizer() throws -> Tokenizer {
        let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(UnicodeScalar($0)) }
        return try Tokenizer(
            Vocabulary(
                tokens: letters + ["<end>"], kinds: letters.map { _ in 1 } + [3], merges: [], splitter: "smollm",
                beginning: nil, end: 26, addsBeginning: false, addsEnd: false, chatTemplate: nil, source: "test"))
    }

    func example(_ content: Content) -> Example { Example(id: "x", line: 7, content: content) }

    @Test func promptCompletionAndEnd() throws {
        let (examples, rejects) = encode(
            [example(.promptCompletion(prompt: "abc", completion: "de"))], with: try Self.tokenizer(),
            contextLength: 100)
        #expect(rejects.isEmpty)
        #expect(examples[0].sequence.ids == [0, 1, 2, 3, 4, 26])
        #expect(examples[0].sequence.supervised == [false, false, false, true, true, true])
        #expect(examples[0].cut == 0)
    }

    @Test func textIsSupervisedButForItsFirstToken() throws {
        let (examples, _) = encode([example(.text("abc"))], with: try Self.tokenizer(), contextLength: 100)
        #expect(examples[0].sequence.ids == [0, 1, 2, 26])
        #expect(examples[0].sequence.targetCount == 3)
    }

    /// The prompt is cut from the left, the answer never.
    @Test func tooLongLosesThePromptsBeginning() throws {
        let (examples, _) = encode(
            [example(.promptCompletion(prompt: "abcdef", completion: "xyz"))], with: try Self.tokenizer(),
            contextLength: 6)
        #expect(examples[0].sequence.ids == [4, 5, 23, 24, 25, 26])
        #expect(examples[0].sequence.targetCount == 4)
        #expect(examples[0].cut == 4)
    }

    @Test(arguments: [
        (Content.promptCompletion(prompt: "a", completion: ""), "is empty"),
        (.promptCompletion(prompt: "a", completion: "abcdefgh"), "9 tokens"),
        (.text(""), "is empty"),
    ])
    func rejectsWithTheReason(content: Content, reason: String) throws {
        let (examples, rejects) = encode([example(content)], with: try Self.tokenizer(), contextLength: 6)
        #expect(examples.isEmpty)
        #expect(rejects[0].description.contains(reason))
        #expect(rejects[0].description.contains("line 7"))
    }
}
