import Foundation
import TestSupport
import Testing

/// Measuring what others have trained: the folders of PEFT.
@Suite struct TrainedElsewhereTests {
    let given: AdapterCommandTests.Given
    let patterns: String

    init() throws {
        given = try AdapterCommandTests.Given("plain")
        patterns = given.folder.file("p.h5")
    }

    /// The adapter in a folder, with this base model.
    private func place(_ name: String, base: String) throws -> String {
        let path = given.folder.file(name)
        try FileManager.default.createDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: given.adapter, toPath: path)
        let file = URL(filePath: "\(path)/adapter_config.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing("tiny-llama/untied-bias", with: base).write(
            to: file, atomically: true, encoding: .utf8)
        return path
    }

    private func attribute(_ more: [String], code: Int32 = 0) throws -> String {
        let outcome = try Tool.run(
            ["attribute", "--data", given.data, "--task", "t", "--output", patterns, "--audit", "0"] + more)
        #expect(outcome.code == code, "\(outcome.errors)")
        return outcome.errors
    }

    private func labels() throws -> [String] {
        struct List: Decodable {
            struct Item: Decodable { let checkpoint: String }
            let measurements: [Item]
        }
        let list: List = try Tool.json(["patterns", "list", patterns])
        return list.measurements.map(\.checkpoint)
    }

    @Test func theLabelAndTheModelComeFromTheAdapter() throws {
        let adapter = try place("out/checkpoint-7", base: given.model)
        let said = try attribute(["--adapter", adapter])
        #expect(said.contains("--model \(given.model): base_model_name_or_path of"), "\(said)")
        #expect(said.contains("labelled checkpoint-7"), "\(said)")
        _ = try attribute(["--adapter", adapter, "--model", given.model, "--checkpoint", "mine"])
        _ = try attribute(["--model", given.model])
        #expect(try labels() == ["checkpoint-7", "mine", "base"])
        let score = try Tool.run(["score", "--adapter=\(adapter)", "--data", given.data, "--quiet"])
        #expect(score.code == 0 && score.output.split(separator: "\n").count == 3, "\(score.errors)")
    }

    @Test func aBaseThatIsNotThereIsNamed() throws {
        let away = try place("away", base: "owner/none")
        let said = try attribute(["--adapter", away], code: 65)
        #expect(said.contains("owner/none") && said.contains("model pull owner/none"), "\(said)")
        let other = try attribute(["--adapter", given.folder.file("nothing")], code: 66)
        #expect(other.contains("nothing"), "\(other)")
    }

    @Test func aFolderOfCheckpointsIsMeasuredInOneCommand() throws {
        for name in ["out/checkpoint-10", "out/checkpoint-9"] { _ = try place(name, base: given.model) }
        let out = given.folder.file("out")
        let said = try attribute(["--checkpoints", out])
        #expect(try labels() == ["base", "checkpoint-9", "checkpoint-10"], "\(said)")
        // Another state has come; what is there stays.
        _ = try place("out/checkpoint-11", base: given.model)
        let more = try attribute(["--checkpoints", out])
        #expect(try labels() == ["base", "checkpoint-9", "checkpoint-10", "checkpoint-11"])
        #expect(more.contains("/t/checkpoint-9 is there already"), "\(more)")
        // The same label for other examples is not the same measurement.
        #expect(try attribute(["--checkpoints", out, "--limit", "2"], code: 73).contains("--replace"))
        let report = given.folder.file("r.html")
        #expect(try Tool.run(["report", patterns, "--output", report]).code == 0)
        #expect(try String(contentsOfFile: report, encoding: .utf8).contains("checkpoint-10"))
    }

    @Test func flagsThatContradictAreRefused() throws {
        for more in [["--checkpoint", "x"], ["--adapter", "x"], ["--json"], ["--shard", "1/2"]] {
            let said = try attribute(["--model", given.model, "--checkpoints", "out"] + more, code: 64)
            #expect(said.contains("leave --checkpoint"), "\(said)")
        }
        let empty = try attribute(["--model", given.model, "--checkpoints", given.folder.path], code: 65)
        #expect(empty.contains("checkpoint-<step>"), "\(empty)")
        #expect(
            try attribute(["--checkpoints", given.folder.path], code: 65).contains("give it with --model"))
    }
}
