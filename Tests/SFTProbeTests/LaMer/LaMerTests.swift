import Foundation
import TestSupport
import Testing

/// The commands around a diagnosis, as a user runs them; none of these needs a model.
@Suite struct LaMerTests {
    private static let diagnosis = """
        {"query_id":"a","query":"Which can fly?","fact":"Penguins cannot fly.","re":0.5,"p":[0.5,0.5],"q":[0.1,0.9],"candidates":["The penguin","The swift"],"kind":"flip","band":2}
        {"query_id":"b","query":"Does salt melt ice?","fact":"Salt lowers the freezing point of water.","re":1.5,"p":[0.5,0.5],"q":[0.9,0.1],"candidates":["Yes","No"],"kind":"sharpen","band":4}
        {"query_id":"b","query":"Does salt melt ice?","fact":"Dogs bark.","re":0.01,"p":[0.5,0.5],"q":[0.5,0.5],"candidates":["Yes","No"],"kind":"blur","band":0}
        """

    private func write(_ text: String, _ path: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test func templatesThenCurriculum() throws {
        let folder = try TemporaryFolder()
        let pairs = try write(Self.diagnosis, folder.file("d.jsonl"))
        let made = try Tool.run(["synthesize", pairs, "--output", folder.file("r.jsonl")])
        #expect(made.code == 0, "\(made.errors)")
        #expect(made.output.contains("6 examples of 6 wanted for 2 pairs; 0 not used"))
        #expect(made.errors.contains("templates: no teacher was named"))
        let scheduled = try Tool.run(["schedule", folder.file("r.jsonl"), "--output", folder.file("c")])
        #expect(scheduled.code == 0, "\(scheduled.errors)")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("c")).sorted()
        #expect(files == ["alpaca.jsonl", "dataset_info.json", "sharegpt.jsonl", "trl.jsonl"])
        let lines = try String(contentsOfFile: folder.file("c/alpaca.jsonl"), encoding: .utf8).split(
            separator: "\n")
        #expect(lines.count == 6)
        #expect(lines[0].contains("\"order\":0") && lines[0].contains("\"re\":0.5"))
        #expect(lines[5].contains("\"order\":5") && lines[5].contains("\"re\":1.5"))
    }

    @Test func knowledgeIsBuiltAndSearched() throws {
        let folder = try TemporaryFolder()
        let facts = try write(
            "salt\tSalt lowers the freezing point of water.\t0.9\ndog\tDogs bark.\t0.2\n",
            folder.file("facts.tsv"))
        let index = folder.file("k.db")
        let built = try Tool.run([
            "knowledge", "build", facts, "--output", index, "--minimum-confidence", "0.5",
        ])
        #expect(built.code == 0 && built.output.contains("1 facts"), "\(built.errors)")
        let found = try Tool.run(["knowledge", "search", index, "--query", "salt on ice", "--json"])
        #expect(
            found.output == "{\"fact\":\"Salt lowers the freezing point of water.\",\"confidence\":0.9}\n",
            "\(found.errors)")
        let missing = try Tool.run(["knowledge", "search", folder.file("no.db"), "--query", "x"])
        #expect(missing.code == 66 && missing.errors.contains("knowledge build"))
        let other = try Tool.run(["knowledge", "search", facts, "--query", "x"])
        #expect(other.code == 65 && other.errors.contains("expected an index of facts"))
    }

    @Test(arguments: [
        (["--teacher", "endpoint"], Int32(64), "--endpoint"), (["--teacher", "model"], 64, "--model"),
        (["--teacher", "replay", "--replies", "/nowhere/r"], 66, "no such file"),
        (["--teacher", "endpoint", "--endpoint", "x", "--endpoint-model", "m"], 64, "must be an address"),
        (["--teacher", "endpoint", "--teacher-url", "x", "--teacher-model", "m"], 64, "--teacher-url"),
        (["--concurrency", "0"], 64, "--concurrency"), (["--parallel", "300"], 64, "--concurrency"),
        (["--teacher", "model", "--teacher-model", "/nowhere"], 66, "/nowhere"),
        (
            ["--teacher", "endpoint", "--endpoint", "http://x", "--endpoint-model", "m", "--max-cost", "1"],
            64, "--input-price"
        ),
        (["--total", "0"], 64, "--total"),
    ])
    func refuses(_ flags: [String], _ code: Int32, _ reason: String) throws {
        let folder = try TemporaryFolder()
        let pairs = try write(Self.diagnosis, folder.file("d.jsonl"))
        let outcome = try Tool.run(
            ["synthesize", pairs, "--output", folder.file("r.jsonl"), "--replies", folder.file("x")] + flags)
        #expect(outcome.code == code && outcome.errors.contains(reason), "\(outcome.code): \(outcome.errors)")
        #expect(folder.contents == ["d.jsonl"])
    }

    @Test func nothingToMake() throws {
        let folder = try TemporaryFolder()
        let last = String(Self.diagnosis.split(separator: "\n")[2])
        let pairs = try write(last, folder.file("d.jsonl"))
        let outcome = try Tool.run(["synthesize", pairs, "--output", folder.file("r.jsonl")])
        #expect(outcome.code == 65 && outcome.errors.contains("no pair at or above the threshold"))
        let empty = try write("", folder.file("e.jsonl"))
        #expect(try Tool.run(["schedule", empty, "--output", folder.file("c")]).code == 65)
    }
}
