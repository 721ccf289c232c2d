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
            let path = fixture(name, of: "TokenizationTests")
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

    /// Forty minimal pairs: with both texts of a pair in one fold the number of the subject is read off, and with the twins
    /// in different folds a probe finds the twin, and falls far below chance.
    @Test func minimalPairsMustShareAGroup() throws {
        let model = try #require(RealModel.path)
        let folder = try TemporaryFolder()
        let nouns = """
            dog cat bird horse teacher doctor car boat tree flower king queen farmer soldier student singer writer painter \
            lawyer river mountain window door table chair book letter house garden street bridge ship train plane clock \
            phone camera lamp song ticket
            """.split(separator: " ")
        let words = [
            "near behind beside above under with".split(separator: " "),
            "old red small green tall quiet broken".split(separator: " "),
            "barn wall church market school hill field gate".split(separator: " "),
            "yesterday today again often twice there alone early late outside together".split(separator: " "),
        ]
        var groups: [Bool: Double] = [:]
        for hasGroups in [true, false] {
            let lines = nouns.enumerated().flatMap { number, noun in
                let tail = words.enumerated().map { $1[number * (2 * $0 + 3) % $1.count] }
                return ["", "s"].map { ending in
                    "{\"prompt\": \"The \(noun)\(ending) \(tail[0]) the \(tail[1]) \(tail[2]) \(tail[3])\", \"label\": \"n\(ending)\""
                        + (hasGroups ? ", \"group\": \(number)}" : "}")
                }
            }
            let (data, states) = (folder.file("\(hasGroups).jsonl"), folder.file("\(hasGroups).h5"))
            try lines.joined(separator: "\n").write(toFile: data, atomically: true, encoding: .utf8)
            let made = try Tool.run([
                "states", "--model", model, "--data", data, "--output", states, "--layers", "1,2,3",
                "--sites", "residual", "--quiet",
            ])
            #expect(made.code == 0, "\(made.errors)")
            struct Found: Decodable {
                struct Probe: Decodable { let accuracy: Double }
                let probes: [Probe]
            }
            let found: Found = try Tool.json(["probe", states, "--control", "0"])
            groups[hasGroups] = found.probes.map(\.accuracy).min()
        }
        #expect((groups[false] ?? 1) < 0.25 && (groups[true] ?? 0) > 0.45, "\(groups)")
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
