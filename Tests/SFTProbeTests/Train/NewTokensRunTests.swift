import Foundation
import TestSupport
import Testing

/// `train --new-tokens` as a user runs it. The tiny model has 64 rows and 43 tokens; 24 more make 67.
@Suite struct NewTokensRunTests {
    let folder: TemporaryFolder
    let model: String
    static let tokens = (0..<24).map { "[T\($0)]" }

    init() throws {
        folder = try TemporaryFolder()
        model = try Tool.tinyModel(in: folder)
        let lines = (1...8).map {
            "{\"prompt\": \"what is \($0)[T3]7?\", \"completion\": \"[T23] it is \($0 + 7).\"}\n"
        }
        try Data(lines.joined().utf8).write(to: URL(filePath: folder.file("data.jsonl")))
    }

    private func train(_ output: String, _ more: [String]) throws -> Tool.Outcome {
        try Tool.run(
            [
                "train", "--model", model, "--data", folder.file("data.jsonl"), "--output",
                folder.file(output), "--max-steps", "6", "--batch-size", "4", "--checkpoint-every", "3",
                "--learning-rate", "1e-2",
            ] + more)
    }

    private func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: URL(filePath: folder.file(path)))
    }

    private struct Score: Decodable { let token_nll: [Double] }

    private func scores(_ model: String, _ more: [String] = []) throws -> [[Double]] {
        let scored = try Tool.run(
            ["score", "--model", model, "--data", folder.file("data.jsonl"), "--tokens"] + more)
        try #require(scored.code == 0, "\(scored.errors)")
        return try scored.output.split(separator: "\n").map {
            try JSONDecoder().decode(Score.self, from: Data($0.utf8)).token_nll
        }
    }

    private func tokenize(_ model: String) throws -> String {
        try Tool.run(["tokenize", "--model", model, "--text", "a[T3]b[T23]"]).output
    }

    /// The record has the tokens with their ids, and a resumed run ends as an unbroken one, bit for bit.
    @Test(arguments: [[], ["--lora-rank", "2"]])
    func aRunRecordsThemAndGoesOn(_ kind: [String]) throws {
        let wanted = kind + ["--new-tokens", Self.tokens.joined(separator: ","), "--new-tokens-special"]
        let outcome = try train("run", wanted)
        try #require(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("[T23] (66); the vocabulary has 67 rows"), "\(outcome.errors)")
        let record = try #require(
            try JSONSerialization.jsonObject(with: bytes("run/run.json")) as? [String: Any])
        let settings = try #require(record["settings"] as? [String: Any])
        let tokens = try #require(settings["new_tokens"] as? [[String: Any]])
        #expect(tokens.compactMap { $0["content"] as? String } == Self.tokens)
        #expect(tokens.compactMap { $0["id"] as? Int } == Array(43..<67))
        #expect(tokens.allSatisfy { $0["special"] as? Bool == true })
        let weights = kind.isEmpty ? "final/model.safetensors" : "final/adapter_model.safetensors"
        let end = try bytes("run/\(weights)")
        try FileManager.default.removeItem(atPath: folder.file("run/final"))
        let resumed = try Tool.run(["train", "--resume", folder.file("run")])
        #expect(resumed.code == 0 && resumed.errors.contains("going on after step 3"), "\(resumed.errors)")
        #expect(try bytes("run/\(weights)") == end)
    }

    /// Training on all weights with the new tokens is training the folder that `model add-tokens` makes.
    @Test func allWeightsAreThoseOfAGrownModel() throws {
        let grown = folder.file("grown")
        let list = Self.tokens.joined(separator: ",")
        #expect(
            try Tool.run(["model", "add-tokens", model, "--tokens", list, "--output", grown]).code == 0)
        #expect(try train("run", ["--new-tokens", list]).code == 0)
        #expect(try train("other", ["--model", grown]).code == 0)
        for file in ["model.safetensors", "tokenizer.json", "config.json"] {
            #expect(try bytes("run/final/\(file)") == bytes("other/final/\(file)"), "\(file)")
        }
        #expect(try tokenize(folder.file("run/final")) == tokenize(grown))
    }

    /// An adapter brings the rows and the tokenizer: the model grows as it is applied, and as it is merged.
    @Test func anAdapterBringsThem() throws {
        let file = folder.file("tokens.txt")
        try Data(Self.tokens.joined(separator: "\n").utf8).write(to: URL(filePath: file))
        let outcome = try train("run", ["--lora-rank", "2", "--new-tokens", file])
        try #require(outcome.code == 0, "\(outcome.errors)")
        let adapter = folder.file("run/final")
        let found = try scores(model, ["--adapter", adapter])
        #expect(found.map(\.count).max() ?? 99 < 20)  // a new token is one token
        let merged = folder.file("merged")
        let made = try Tool.run(["merge", "--model", model, "--adapter", adapter, "--output", merged])
        #expect(made.code == 0 && made.errors.contains("24 tokens more"), "\(made.errors)")
        for (a, b) in zip(found, try scores(merged)) {
            #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-4 })
        }
        let script = """
            import json, sys, torch, transformers, peft
            base, adapter, data = sys.argv[1:]
            tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=adapter + "/tokenizer.json", eos_token="<end>")
            model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
            model.resize_token_embeddings(len(tokenizer))
            model = peft.PeftModel.from_pretrained(model, adapter).eval()
            for line in map(json.loads, open(data)):
                before = tokenizer(line["prompt"]).input_ids
                answer = tokenizer(line["completion"]).input_ids + [tokenizer.eos_token_id]
                logits = model(torch.tensor([before + answer])).logits[0].log_softmax(-1)
                print([-logits[len(before) + i - 1, id].item() for i, id in enumerate(answer)])
            """
        guard runPython(["-c", "import peft, transformers"]).succeeded else { return }
        let theirs = runPython(["-W", "ignore", "-c", script, model, adapter, folder.file("data.jsonl")])
        let lines = theirs.output.split(separator: "\n").compactMap {
            try? JSONDecoder().decode([Double].self, from: Data($0.utf8))
        }
        try #require(lines.count == found.count, "\(theirs.output)")
        for (losses, ours) in zip(lines, found) {
            #expect(losses.count == ours.count && zip(losses, ours).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    @Test func whatCannotBeAddedIsRefused() throws {
        let file = folder.file("tokens.txt")
        try Data("[a,b]\n".utf8).write(to: URL(filePath: file))
        for (flags, code, words) in [
            (["--new-tokens", "<end>"], 65, "is a token of this vocabulary already"),
            (["--new-tokens", "[A],[A]"], 65, "given twice"),
            (["--new-tokens", ""], 65, "none of them empty"),
            (["--new-tokens", file], 65, "the token \"[a,b]\" has a comma"),
            (["--new-tokens-special"], 64, "--new-tokens"),
        ] {
            let outcome = try train("refused", flags)
            #expect(outcome.code == code && outcome.errors.contains(words), "\(flags): \(outcome.errors)")
        }
        let gguf = try train(
            "refused",
            [
                "--model", repositoryPath("notebooks-data/reference/families/gpt2/model.f32.gguf"),
                "--lora-rank", "2", "--new-tokens", "[A]",
            ])
        #expect(gguf.code == 65 && gguf.errors.contains("give the model as a folder"), "\(gguf.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("refused")))
    }
}
