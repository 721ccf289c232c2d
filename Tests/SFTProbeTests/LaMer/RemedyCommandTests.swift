import Foundation
import TestSupport
import Testing

/// `remedy` as a user runs it, from a diagnosis of a tiny model without a chat template.
@Suite struct RemedyCommandTests {
    let folder: TemporaryFolder
    let model: String

    init() throws {
        folder = try TemporaryFolder()
        model = try Tool.tinyModel(in: folder)
        func write(_ lines: [String], _ name: String) throws {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: folder.file(name)))
        }
        try write(
            (0..<12).map {
                #"{"id": "q\#($0)", "query": "what is \#($0)+7?", "options": ["it is \#($0 + 7)", "no, 3"], "answer": 0, "facts": ["\#($0)+7=\#($0 + 7)", "cats bark \#($0)"]}"#
            }, "queries.jsonl")
        try write(
            (0..<20).map { #"{"prompt": "say \#($0)\n", "completion": "a \#($0)."}"# }, "general.jsonl")
    }

    private func run(_ arguments: [String]) throws -> String {
        let outcome = try Tool.run(arguments)
        #expect(outcome.code == 0, "\(arguments[0]): \(outcome.errors)")
        return outcome.output
    }

    /// Queries to a curriculum.
    private func prepare(adapter: String? = nil) throws {
        _ = try run(
            [
                "diagnose", "--model", model, "--queries", folder.file("queries.jsonl"), "--threshold", "0",
                "--output",
                folder.file("all.jsonl"),
            ] + (adapter.map { ["--adapter", $0] } ?? []))
        // A tiny random model lacks nothing to speak of: a low threshold makes some pairs count.
        let lines = try String(contentsOfFile: folder.file("all.jsonl"), encoding: .utf8).split(
            separator: "\n")
        let counting = lines.enumerated().map { place, line in
            let low = String(line).replacing(#/"threshold":[0-9.e-]+/#, with: "\"threshold\":1e-9")
            return place % 3 == 0 ? low.replacing("\"band\":0", with: "\"band\":1") : low
        }
        try counting.joined(separator: "\n").write(
            toFile: folder.file("d.jsonl"), atomically: true, encoding: .utf8)
        _ = try run(["synthesize", folder.file("d.jsonl"), "--output", folder.file("r.jsonl")])
        _ = try run(["schedule", folder.file("r.jsonl"), "--output", folder.file("c")])
    }

    private func remedy(_ output: String, _ more: [String] = [], rise: String = "0") -> [String] {
        [
            "remedy", folder.file("c/trl.jsonl"), "--model", model, "--diagnosis", folder.file("d.jsonl"),
            "--general", folder.file("general.jsonl"), "--general-held-out", "6", "--output",
            folder.file(output),
            "--batch-size", "4", "--threads", "2", "--general-rise", rise,
        ] + more
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: folder.file(path), encoding: .utf8)
    }

    @Test func trainsInOrderAndDiagnosesAgain() throws {
        try prepare()
        let printed = try run(remedy("run", ["--json", "--heads", "4"]))
        let summary = try #require(
            try JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [String: Any])
        #expect(try text("run/remedy.json") == printed)
        #expect(summary["pairs"] as? Int == 24 && summary["general"] != nil && summary["accuracy"] != nil)
        let heads = try #require(summary["heads"] as? [String: Any])
        #expect((heads["comparisons"] as? [Any])?.count ?? 0 >= 2)
        #expect(try text("run/outcomes.jsonl").split(separator: "\n").count == 24)
        // The repair examples keep their order, with a fifth of general ones spread among them.
        let mixture = try text("run/mixture.jsonl").split(separator: "\n")
        let ids = mixture.filter { $0.contains("\"general\":false") }.map { $0.prefix(12) }
        #expect(ids == (try text("c/trl.jsonl")).split(separator: "\n").map { $0.prefix(12) })
        #expect(mixture.count - ids.count == 2 && ids.count == 8)
        #expect(try text("run/run.json").contains("\"order\" : \"given\""))
        for file in [
            "final/adapter_model.safetensors", "metrics.jsonl", "patterns.h5", "general-held-out.jsonl",
        ] {
            #expect(FileManager.default.fileExists(atPath: folder.file("run/\(file)")), "\(file)")
        }
        _ = try run(["report", folder.file("run/patterns.h5"), "--output", folder.file("r.html")])
        let page = try text("r.html")
        #expect(page.contains("What the remedy did") && page.contains("heads of failing queries"))
        let again = try Tool.run(remedy("run"))
        #expect(again.code == 73 && again.errors.contains("complete"))
    }

    /// Facts against random ones, bands by quartiles: the cuts and the stand-ins are in the diagnosis, and the commands after
    /// it need nothing else.
    @Test func standInsAndQuartilesGoTheWholeWay() throws {
        let printed = try run([
            "diagnose", "--model", model, "--queries", folder.file("queries.jsonl"), "--output",
            folder.file("d.jsonl"), "--without", "placebo", "--bands", "quartiles", "--calibration", "none",
            "--threshold", "1e-12", "--json",
        ])
        struct Summary: Decodable {
            let band_cuts: [Double]
            let bands_by, without: String
        }
        struct Outcome: Decodable {
            let p_before, q_before: [Double]
        }
        struct Line: Decodable {
            let query_id, fact, stand_in: String
            let re: Double
            let p, q, p_untold, band_cuts: [Double]
            let band: Int
        }
        func read<T: Decodable>(_ type: T.Type, _ text: String) throws -> [T] {
            try text.split(separator: "\n").map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
        }
        let lines = try read(Line.self, text("d.jsonl"))
        try #require(lines.count == 24)
        for line in lines {
            let divergence = zip(line.p, line.q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
            #expect(abs(line.re - max(0, divergence)) < 1e-9 && line.p != line.p_untold)
            #expect(lines.contains { $0.fact == line.stand_in && $0.query_id != line.query_id })
            #expect(line.band == 1 + line.band_cuts.count { line.re >= $0 })
        }
        #expect((1...4).map { band in lines.count { $0.band == band } } == [6, 6, 6, 6])
        let summary = try #require(try read(Summary.self, printed).first)
        #expect(summary.band_cuts == lines[0].band_cuts)
        #expect(summary.bands_by == "quartiles" && summary.without == "placebo")
        let made = try run(["synthesize", folder.file("d.jsonl"), "--output", folder.file("r.jsonl")])
        #expect(made.contains("60 examples of 60 wanted for 24 pairs"))
        _ = try run(["schedule", folder.file("r.jsonl"), "--output", folder.file("c"), "--order", "stages"])
        let bands = try text("c/trl.jsonl").matches(of: #/"band":([0-9])/#).map { $0.1 }
        #expect(bands.count == 60 && bands == bands.sorted())
        _ = try run(remedy("run", ["--heads", "0", "--epochs", "1"]))
        for (pair, line) in zip(try read(Outcome.self, text("run/outcomes.jsonl")), lines) {
            #expect(pair.p_before == line.p_untold && pair.q_before == line.q)
        }
    }

    /// A query that is alone with its fact: there is none to tell in its place.
    @Test func saysThatThereIsNoStandIn() throws {
        let queries = folder.file("one.jsonl")
        try #"{"query": "what is 1+7?", "options": ["8", "9"], "facts": ["1+7=8"]}"#.write(
            toFile: queries, atomically: true, encoding: .utf8)
        let diagnose = [
            "diagnose", "--model", model, "--queries", queries, "--output", folder.file("d.jsonl"),
            "--without", "placebo",
        ]
        let outcome = try Tool.run(diagnose)
        #expect(outcome.code == 65 && outcome.errors.contains("no other fact to tell"), "\(outcome.errors)")
        // One fact is no four.
        let bare = try Tool.run(diagnose.dropLast(2) + ["--bands", "quartiles"])
        #expect(bare.code == 0 && bare.errors.contains("have no quartiles"), "\(bare.errors)")
    }

    /// Killed at some moment, the same command goes on and ends where an unbroken run does; another one is refused.
    @Test func aKilledRemedyGoesOn() throws {
        try prepare()
        let flags = ["--epochs", "150", "--heads", "0"]
        _ = try run(remedy("whole", flags))
        let process = Process()
        process.executableURL = URL(filePath: Tool.path)
        process.arguments = remedy("broken", flags)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<20_000 where process.isRunning {
            if let log = try? text("broken/metrics.jsonl"), log.split(separator: "\n").count > 120 { break }
            Thread.sleep(forTimeInterval: 0.001)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let other = try Tool.run(remedy("broken", ["--epochs", "151", "--heads", "0"]))
        #expect(other.code == 73 && other.errors.contains("other flags"))
        _ = try run(remedy("broken", flags))
        #expect(try text("broken/outcomes.jsonl") == text("whole/outcomes.jsonl"))
        #expect(try text("broken/remedy.json") == text("whole/remedy.json"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("broken/after.part")))
    }

    @Test func refusesADiagnosisOfAnotherModel() throws {
        try prepare()
        let wrong = try text("d.jsonl").replacing(#/"p":\[[^\]]*\]/#, with: "\"p\":[0.99,0.01]")
        try wrong.write(toFile: folder.file("d.jsonl"), atomically: true, encoding: .utf8)
        let outcome = try Tool.run(remedy("run"))
        #expect(
            outcome.code == 65 && outcome.errors.contains("differ from this model's"), "\(outcome.errors)")
    }

    /// An adapter that knows the general examples by heart, trained on the others: it ends early, and the warning is not to
    /// be missed.
    @Test func stopsAndWarnsWhenGeneralExamplesGetWorse() throws {
        let known = folder.file("known")
        _ = try run([
            "train", "--model", model, "--data", folder.file("general.jsonl"), "--output", known,
            "--learning-rate", "0.01", "--max-steps", "200", "--lora-rank", "4", "--probe-every", "0",
        ])
        try prepare(adapter: known + "/final")
        let outcome = try Tool.run(
            remedy(
                "run",
                [
                    "--adapter", known + "/final", "--learning-rate", "0.05", "--epochs", "20", "--heads",
                    "0", "--general-share", "0",
                ], rise: "0.01"))
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains(": the held-out loss has risen by"), "\(outcome.errors)")
        #expect(outcome.errors.contains("got worse"), "\(outcome.errors)")
    }

    @Test(arguments: [
        (["--general-share", "0.95"], "--general-share"), (["--epochs", "0"], "--epochs"),
        (["--heads", "1"], "--heads"), (["--adapter", "x", "--lora-rank", "2"], "--adapter"),
        (["--learning-rate", "0"], "--learning-rate"), (["--general-held-out", "-1"], "--general-held-out"),
    ])
    func refuses(_ flags: [String], _ reason: String) throws {
        let outcome = try Tool.run(remedy("run", flags))
        #expect(outcome.code == 64 && outcome.errors.contains(reason), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("run")))
    }
}
