import Foundation
import TestSupport
import Testing

/// `patterns` and `report` on a file that h5py wrote, read by the tool as a user runs it.
@Suite struct PatternsTests {
    private let folder: TemporaryFolder
    private let file = fixture("h5py.h5", of: "HeadActivationTests")

    init() throws { folder = try TemporaryFolder() }

    private func json(_ arguments: [String]) throws -> Any {
        let run = try Tool.run(arguments + ["--json"])
        try #require(run.code == 0, "\(run.errors)")
        return try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    }

    private func measurements() throws -> [[String: Any]] {
        let list = try json(["patterns", "list", file]) as? [String: Any]
        return try #require(list?["measurements"] as? [[String: Any]])
    }

    @Test func showsEveryMeasurementAsJSON() throws {
        for item in try measurements() {
            let (task, checkpoint) = (item["task"] as? String ?? "", item["checkpoint"] as? String ?? "")
            let shown =
                try json(["patterns", "show", file, "--task", task, "--checkpoint", checkpoint])
                as? [String: Any]
            let rows = try #require(shown?["activation"] as? [[Double]])
            #expect(rows.count == item["layers"] as? Int && rows[0].count == item["heads"] as? Int)
            #expect((shown?["ids"] as? [String])?.count == item["examples"] as? Int)
        }
    }

    @Test func exportsARowForEachHead() throws {
        let output = folder.file("p.csv")
        #expect(try Tool.run(["patterns", "export", file, "--output", output]).code == 0)
        let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\r\n")
        let heads = try measurements().reduce(0) {
            $0 + ($1["layers"] as? Int ?? 0) * ($1["heads"] as? Int ?? 0)
        }
        #expect(heads > 0 && lines.count == heads + 1)
        #expect(lines[0] == "task,checkpoint,layer,head,activation,share,signed,stderr,t,layer_normalized")
        #expect(try Tool.run(["patterns", "export", file, "--output", folder.file("p.xlsx")]).code == 64)
    }

    @Test func copiesAndRemovesWithoutTouchingTheSource() throws {
        let before = FileManager.default.contents(atPath: file)
        let output = folder.file("all.h5")
        #expect(try Tool.run(["patterns", "merge", file, "--output", output]).code == 0)
        #expect(try Tool.run(["patterns", "merge", file, "--output", output]).code == 73)
        let first = try measurements()[0]
        let (task, checkpoint) = (first["task"] as? String ?? "", first["checkpoint"] as? String ?? "")
        let remove = ["patterns", "remove", output, "--task", task, "--checkpoint", checkpoint]
        #expect(try Tool.run(remove).code == 0)
        #expect(try Tool.run(remove).code == 66)
        #expect(FileManager.default.contents(atPath: file) == before)
    }

    @Test func comparesOrSaysWhatIsMissing() throws {
        #expect(try json(["patterns", "compare", file]) is [Any])
        #expect(try json(["patterns", "similarity", file]) is [Any])
        let compose = try Tool.run(["patterns", "compose", file, "--target", "nowhere", "--basics", "a,b"])
        #expect(compose.code == 66 && compose.errors.contains("nowhere"))
        #expect(try Tool.run(["patterns", "compose", file, "--target", "a", "--basics", "a"]).code == 64)
        #expect(
            try Tool.run(["patterns", "mix", file, "--target", "a", "--basics", "b", "--total", "0"]).code
                == 64)
    }

    @Test func writesOnePageWithoutOutsideReferences() throws {
        let output = folder.file("report.html")
        #expect(try Tool.run(["report", file, "--output", output]).code == 0)
        let page = try String(contentsOfFile: output, encoding: .utf8)
        #expect(page.hasPrefix("<!doctype html>") && !page.contains("://"))
        // One block of data and one script, which alone is allowed by its hash.
        #expect(page.matches(of: /<script/).count == 2 && page.contains("script-src 'sha256-"))
    }
}
