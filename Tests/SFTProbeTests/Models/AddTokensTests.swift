import Foundation
import TestSupport
import Testing

/// `model add-tokens`, and what transformers reads of its folder.
@Suite struct AddTokensTests {
    @Test func theFolderIsAModelWithMoreTokens() throws {
        let folder = try TemporaryFolder()
        let model = try Tool.tinyModel(in: folder)
        let grown = folder.file("grown")
        let made = try Tool.run([
            "model", "add-tokens", model, "--tokens", "[ASK],[\"Q\"]", "--output", grown,
        ])
        try #require(made.code == 0, "\(made.errors)")
        let lines = made.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(lines.map { $0[1] } == ["[ASK]", "[\"Q\"]"])
        struct Facts: Decodable { let vocabulary: Int }
        let facts: Facts = try Tool.json(["model", "show", grown])
        #expect(facts.vocabulary >= (Int(lines[1][0]) ?? 0) + 1)
        let ids = try Tool.run(["tokenize", "--model", grown, "--text", "ab[ASK]b[\"Q\"]"])
        #expect(ids.code == 0, "\(ids.errors)")
        let script = """
            import sys, json, torch, transformers
            added = {t["content"]: t["id"] for t in json.load(open(sys.argv[1] + "/tokenizer.json"))["added_tokens"]}
            model = transformers.AutoModelForCausalLM.from_pretrained(sys.argv[1])
            print([added[t] for t in ("[ASK]", '["Q"]')], model.config.vocab_size,
                  model.get_input_embeddings().weight.shape[0])
            """
        guard runPython(["-c", "import transformers"]).succeeded else { return }
        let found = runPython(["-c", script, grown])
        #expect(
            found.output.contains("[\(lines[0][0]), \(lines[1][0])] \(facts.vocabulary) \(facts.vocabulary)"),
            "\(found.output)")
    }

    @Test func whatCannotBeAdded() throws {
        let folder = try TemporaryFolder()
        let model = try Tool.tinyModel(in: folder)
        for (tokens, words) in [
            ("<end>", "is a token of this vocabulary already"), ("x1y,x1y", "given twice"), (",", "empty"),
        ] {
            let made = try Tool.run(
                ["model", "add-tokens", model, "--tokens", tokens, "--output", folder.file("grown")])
            #expect(made.code == 65 && made.errors.contains(words), "\(made.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("grown")))
    }
}
