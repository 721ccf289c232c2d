import Foundation
import TestSupport
import Testing

/// The tool on SmolLM2-135M-Instruct.
@Suite(.enabled(if: RealModel.path != nil, Comment(rawValue: RealModel.whySkipped)))
struct RealModelCommandTests {
    struct Tokens: Decodable { let ids: [Int32] }
    struct Text: Encodable { let text: String }

    /// The ids that the reference tokenizer gives for hard strings, from the vocabulary inside the GGUF.
    @Test func tokenizesAsTheReference() throws {
        let model = try #require(RealModel.path)
        func list<Value: Decodable>(_ name: String) throws -> Value {
            let path = fixture(name, of: "TokenizersTests")
            return try JSONDecoder().decode(Value.self, from: Data(contentsOf: URL(filePath: path)))
        }
        let strings: [String] = try list("strings.json")
        let expected: [[Int32]] = try list("smollm2-ids.json")
        #expect(strings.count >= 250 && strings.count == expected.count)
        let folder = try TemporaryFolder()
        let input = folder.file("texts.jsonl")
        let lines = try strings.map {
            String(decoding: try JSONEncoder().encode(Text(text: $0)), as: UTF8.self)
        }
        try lines.joined(separator: "\n").write(toFile: input, atomically: true, encoding: .utf8)
        let outcome = try Tool.run(["tokenize", "--model", model, "--input", input])
        let found = try outcome.output.split(separator: "\n").map {
            try JSONDecoder().decode(Tokens.self, from: Data($0.utf8)).ids
        }
        #expect(found.count == expected.count)
        for (i, (ids, reference)) in zip(found, expected).enumerated() {
            #expect(ids == reference, "\(strings[i].debugDescription)")
        }
    }

    @Test func generatesAsTheReference() throws {
        let model = try #require(RealModel.path)
        let greedy = try RealModel.reference().greedy[0]
        let outcome = try Tool.run([
            "generate", "--model", model, "--prompt", greedy.prompt, "--max-tokens", "64",
        ])
        #expect(outcome.output.hasPrefix(greedy.text.prefix(40)))
    }
}
