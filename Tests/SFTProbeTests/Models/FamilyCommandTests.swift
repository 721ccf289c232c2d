import Foundation
import TestSupport
import Testing

/// A model of each family answers every command alike.
@Suite struct FamilyCommandTests {
    /// Letters, digits and a few signs as tokens, an end token, and no merges: a vocabulary for tiny models.
    static let tokenizer: String = {
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789.,+=?Ġ".map(String.init)
        let vocabulary = letters.enumerated().map { #""\#($1)": \#($0)"# }.joined(separator: ", ")
        return #"""
            {"version": "1.0", "added_tokens": [{"id": \#(letters.count), "content": "<end>", "single_word": false,
             "lstrip": false, "rstrip": false, "normalized": false, "special": true}], "normalizer": null,
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "post_processor": null, "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
             "model": {"type": "BPE", "vocab": {\#(vocabulary)}, "merges": []}}
            """#
    }()

    @Test(arguments: FamilyModel.folders)
    func answersEveryCommand(_ tiny: FamilyModel) throws {
        let folder = try TemporaryFolder()
        let model = folder.file("model")
        try FileManager.default.copyItem(atPath: repositoryPath(tiny.model), toPath: model)
        try Self.tokenizer.write(toFile: model + "/tokenizer.json", atomically: true, encoding: .utf8)
        try #"{"eos_token": "<end>"}"#.write(
            toFile: model + "/tokenizer_config.json", atomically: true, encoding: .utf8)
        let data = folder.file("data.jsonl")
        try (1...3).map { #"{"prompt": "what is \#($0)+\#($0)?", "completion": " it is \#(2 * $0)."}"# }
            .joined(separator: "\n").write(toFile: data, atomically: true, encoding: .utf8)

        func run(_ arguments: [String]) throws -> String {
            let outcome = try Tool.run(arguments)
            #expect(outcome.code == 0, "\(arguments[0]): \(outcome.errors)")
            return outcome.output
        }
        #expect(try run(["model", "show", model]).contains("layers × heads"))
        #expect(try run(["score", "--model", model, "--data", data]).split(separator: "\n").count == 3)
        _ = try run(["generate", "--model", model, "--prompt", "what is 1", "--max-tokens", "3"])
        #expect(!(try run(["verify", "--model", model]).contains("NOT")))
        let file = folder.file("p.h5")
        _ = try run(["attribute", "--model", model, "--data", data, "--task", "t", "--output", file])
        let listed = try run(["patterns", "list", file, "--json"])
        #expect(
            listed.contains("\"task\" : \"t\"") && listed.contains("\"checkpoint\" : \"base\""), "\(listed)")
    }

    @Test func anUnknownFamilyIsRefusedWithTheNearest() throws {
        let folder = try TemporaryFolder()
        let model = folder.file("model")
        try FileManager.default.copyItem(
            atPath: repositoryPath("notebooks-data/reference/families/qwen2"), toPath: model)
        let path = model + "/config.json"
        let config = try String(contentsOfFile: path, encoding: .utf8)
        try config.replacing("\"qwen2\"", with: "\"qwen2_moe\"").write(
            toFile: path, atomically: true, encoding: .utf8)
        let outcome = try Tool.run(["model", "show", model])
        #expect(outcome.code == 65)
        #expect(outcome.errors.contains("qwen2_moe") && outcome.errors.contains("nearest name is qwen2"))
    }
}
