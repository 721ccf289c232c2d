import Foundation
import TestSupport
import Testing

/// Data as other tools write it, through the commands.
@Suite struct OtherPeoplesDataTests {
    static let template =
        "{{ strftime_now('%F') }}.{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}"
        + "{% endif %}{{ m.content + '<end>' }}{% endfor %}"

    /// A tiny model with a chat template that prints the date and refuses system turns, and a file.
    func model(in folder: TemporaryFolder, _ data: String) throws -> (model: String, data: String) {
        let model = try Tool.tinyModel(in: folder)
        let config = try JSONSerialization.data(withJSONObject: [
            "eos_token": "<end>", "chat_template": Self.template,
        ])
        try config.write(to: URL(filePath: model + "/tokenizer_config.json"))
        try data.write(toFile: folder.file("data.jsonl"), atomically: true, encoding: .utf8)
        return (model, folder.file("data.jsonl"))
    }

    static let conversation =
        #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "source": 1}"#
    static let refused =
        #"{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}"#

    @Test func aBadConversationIsSkippedWithItsLine() throws {
        let folder = try TemporaryFolder()
        let given = try model(
            in: folder, [Self.conversation, Self.refused, Self.conversation].joined(separator: "\n"))
        let flags = ["--model", given.model, "--data", given.data, "--template-date", "2026-11-30"]
        let stopped = try Tool.run(["data", "show"] + flags)
        #expect(
            stopped.code == 65 && stopped.errors.contains("line 2") && stopped.errors.contains("no system"))
        let shown = try Tool.run(["data", "show", "--skip-bad-lines"] + flags)
        #expect(shown.code == 0, "\(shown.errors)")
        #expect(
            shown.output.contains("2026?11?30.q<end>⟦a<end>⟧") || shown.output.contains(".q<end>⟦a<end>⟧"))
        #expect(shown.output.contains("2 examples"))
        #expect(shown.errors.contains("line 2 (id 2)") && shown.errors.contains("no system"))
        #expect(shown.errors.contains("not used: the keys source"))
        #expect(shown.errors.contains("prints the date: 2026-11-30"))
        let scored = try Tool.run(["score", "--skip-bad-lines"] + flags)
        #expect(scored.code == 0 && scored.output.split(separator: "\n").count == 2, "\(scored.errors)")
        let evaluated = try Tool.run(["evaluate", "--skip-bad-lines", "--max-tokens", "2"] + flags)
        #expect(evaluated.code == 0 && evaluated.errors.contains("line 2"), "\(evaluated.errors)")
        #expect(try Tool.run(["score"] + flags).code == 65)
    }

    @Test func aBadQueryIsSkippedToo() throws {
        let folder = try TemporaryFolder()
        let given = try model(in: folder, "")
        let config = try JSONSerialization.data(withJSONObject: [
            "eos_token": "<end>",
            "chat_template":
                "{% for m in messages %}{{ raise_exception('not this') if 'bad' in m.content }}{{ m.content + '<end>' }}{% endfor %}",
        ])
        try config.write(to: URL(filePath: given.model + "/tokenizer_config.json"))
        let rest = #""options": ["yes", "no"], "facts": ["it is."]"#
        try """
        {"id": 1, "query": "is it?", \(rest)}
        {"query": "a bad one", \(rest)}
        {"query": "", \(rest)}
        {"id": 1.5, "query": "is it so?", \(rest)}
        """.write(toFile: folder.file("queries.jsonl"), atomically: true, encoding: .utf8)
        let flags = [
            "diagnose", "--model", given.model, "--queries", folder.file("queries.jsonl"), "--output",
            folder.file("pairs.jsonl"), "--calibration", "none", "--threshold", "0",
        ]
        #expect(try Tool.run(flags).code == 65)
        let outcome = try Tool.run(flags + ["--skip-bad-lines"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("line 3: \"query\" is empty") && outcome.errors.contains("not this"))
        let pairs = try String(contentsOfFile: folder.file("pairs.jsonl"), encoding: .utf8)
        #expect(pairs.split(separator: "\n").count == 2 && pairs.contains("\"1.5\""))
    }

    @Test func theDateMustBeADay() throws {
        let folder = try TemporaryFolder()
        let given = try model(in: folder, Self.conversation)
        let outcome = try Tool.run([
            "data", "show", "--model", given.model, "--data", given.data, "--template-date", "2026-13-01",
        ])
        #expect(outcome.code == 64 && outcome.errors.contains("--template-date"))
    }

    @Test func fieldsCanBeIgnored() throws {
        let folder = try TemporaryFolder()
        let given = try model(
            in: folder, Self.conversation.replacing("\"source\": 1", with: "\"images\": [\"a.png\"]"))
        let flags = ["data", "show", "--model", given.model, "--data", given.data]
        let refused = try Tool.run(flags)
        #expect(refused.code == 65 && refused.errors.contains("--ignore-fields images"), "\(refused.errors)")
        #expect(try Tool.run(flags + ["--ignore-fields", "images"]).code == 0)
    }

    /// The digest in a record is that of what came through the pipe.
    @Test func pipesAreReadOnce() throws {
        let folder = try TemporaryFolder()
        let model = try Tool.tinyModel(in: folder)
        let script = """
            set -e
            "$TOOL" evaluate --quiet --model "$MODEL" --data <(echo '{"prompt":"a","options":[" b"," c"],"answer":0}')
            "$TOOL" knowledge build <(echo '{"fact":"Ice is cold."}') --output "$FOLDER/k.db"
            "$TOOL" attribute --quiet --model "$MODEL" --data <(echo '{"prompt":"a","completion":" b"}') --task t \
              --output "$FOLDER/p.h5"
            "$TOOL" train --quiet --model "$MODEL" --data <(echo '[{"prompt":"a","completion":" b"}]') \
              --output "$FOLDER/run" --max-steps 1 --probe-limit 0
            """
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", script]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["TOOL": Tool.path, "MODEL": model, "FOLDER": folder.path]) { $1 }
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(output)")
        let record = try String(contentsOfFile: folder.file("run/run.json"), encoding: .utf8)
        // What sha256sum prints of the same text.
        #expect(
            record.contains("3bccab78d3f302c65012ef2217f6b7d07e381f4031d4bb093feb8b914433f9bf"), "\(record)")
        let patterns = try Data(contentsOf: URL(filePath: folder.file("p.h5")))
        #expect(patterns.range(of: Data("e3b0c442".utf8)) == nil)
    }

    /// A token that decoding makes nothing of, as SentencePiece's space, does not look like nothing.
    @Test func blankTokensAreVisible() throws {
        let folder = try TemporaryFolder()
        let model = try Tool.tinyModel(in: folder)
        let path = model + "/tokenizer.json"
        var file = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any])
        var inner = try #require(file["model"] as? [String: Any])
        var vocabulary = try #require(inner["vocab"] as? [String: Int])
        vocabulary["▁"] = vocabulary.removeValue(forKey: "Ġ")
        inner["vocab"] = vocabulary
        file["model"] = inner
        file["pre_tokenizer"] = NSNull()
        let spaces: [String: Any] = ["type": "Replace", "pattern": ["String": " "], "content": "▁"]
        file["normalizer"] = [
            "type": "Sequence",
            "normalizers": [["type": "Prepend", "prepend": "▁"] as [String: Any], spaces],
        ]
        file["decoder"] = [
            "type": "Sequence",
            "decoders": [
                ["type": "Replace", "pattern": ["String": "▁"], "content": " "] as [String: Any],
                ["type": "Fuse"],
                ["type": "Strip", "content": " ", "start": 1, "stop": 0],
            ],
        ]
        try JSONSerialization.data(withJSONObject: file).write(to: URL(filePath: path))
        try #"{"prompt": "a", "completion": "  b"}"#.write(
            toFile: folder.file("data.jsonl"), atomically: true, encoding: .utf8)
        let shown = try Tool.run([
            "data", "show", "--tokens", "--model", model, "--data", folder.file("data.jsonl"),
        ])
        #expect(shown.output.contains("▁|a⟦▁|▁|b|<end>⟧"), "\(shown.output)\(shown.errors)")
    }
}
