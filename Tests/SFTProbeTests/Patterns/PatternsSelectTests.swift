import Foundation
import TestSupport
import Testing

/// `patterns select` on a file of made-up measurements that h5py wrote.
@Suite struct PatternsSelectTests {
    private let folder: TemporaryFolder
    private let file = fixture("tasks.h5", of: "HeadActivationTests")

    init() throws { folder = try TemporaryFolder() }

    @Test func choosesByPattern() throws {
        struct Choice: Decodable {
            struct Chosen: Decodable { let id: String, score: Double }
            struct Way: Decodable { let name: String, similarity: Double }
            let chosen: [Chosen]
            let ways: [Way]
        }
        let (pool, goal, output) = (
            folder.file("a.jsonl"), folder.file("b.jsonl"), folder.file("chosen.jsonl")
        )
        for (path, name) in [(pool, "a"), (goal, "b")] {
            try (0..<24).map {
                #"{"id": "\#(name)-\#($0)", "prompt": "\#(name) \#($0)", "completion": " x"}"#
            }
            .joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        }
        let arguments = ["patterns", "select", file, "--pool", pool, "--target", "b", "--count", "5"]
        let choice: Choice = try Tool.json(arguments + ["--target-data", goal, "--output", output])
        #expect(Set(choice.chosen.map(\.id)).count == 5)
        #expect(
            choice.ways.map(\.name) == [
                "by pattern", "by pattern, most similar", "random", "random, same lengths", "largest loss",
                "similar words",
            ])
        #expect(choice.ways[1].similarity >= choice.ways[2].similarity)
        #expect(try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").count == 5)
        let page = folder.file("report.html")
        let report = ["report", file, "--output", page, "--resamples", "100", "--select"]
        #expect(try Tool.run(report + ["b=\(pool):5"]).code == 0)
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.contains("5 examples of a for b") && text.contains("random, same lengths"))
        #expect(try Tool.run(report + ["b=\(pool)"]).code == 64)
        #expect(try Tool.run(report + ["b=\(pool):25"]).code == 65)
        #expect(try Tool.run(arguments + ["--encoder", "all-minilm-l6-v2"]).code == 64)
        guard FileManager.default.fileExists(atPath: encoderPath) else {
            print("skipped: no all-minilm-l6-v2 in the cache")
            return
        }
        let meant: Choice = try Tool.json(
            arguments + ["--target-data", goal, "--encoder", "all-minilm-l6-v2"])
        #expect(meant.ways.last?.name == "similar meaning")
    }

    private var encoderPath: String {
        FileManager.default.homeDirectoryForCurrentUser.path + "/.cache/sft-probe/models/all-minilm-l6-v2"
    }
}
