import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// What a command is given as output is never something else's end.
@Suite struct CommandOutputTests {
    static let model = repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")
    let folder: TemporaryFolder
    let data: String

    init() throws {
        folder = try TemporaryFolder()
        data = folder.file("data.jsonl")
        try #"{"prompt": "ab", "completion": "cd"}"#.write(toFile: data, atomically: true, encoding: .utf8)
    }

    private func score(_ output: String, data: String? = nil) throws -> Tool.Outcome {
        try Tool.run([
            "score", "--model", Self.model, "--data", data ?? self.data, "--output", output, "--quiet",
        ])
    }

    @Test func theInputIsKept() throws {
        let before = try String(contentsOfFile: data, encoding: .utf8)
        unsafe link(data, folder.file("hard"))
        unsafe symlink("data.jsonl", folder.file("soft"))
        for name in ["data.jsonl", "hard", "soft"] {
            let outcome = try score(folder.file(name))
            #expect(outcome.code == 73)
            #expect(outcome.errors.contains("--output and --data are the same file"), "\(outcome.errors)")
        }
        #expect(try String(contentsOfFile: data, encoding: .utf8) == before)
        let model = try Tool.tinyModel(in: folder)
        let weights = model + "/model.safetensors"
        let outcome = try Tool.run([
            "score", "--model", model, "--data", data, "--output", weights, "--quiet",
        ])
        #expect(outcome.code == 73, "\(outcome.errors)")
    }

    @Test func measurementsReportsAndIndexesKeepTheirInputs() throws {
        let patterns = folder.file("p.h5")
        let made = try Tool.run([
            "attribute", "--model", Self.model, "--data", data, "--task", "t", "--output", patterns,
            "--quiet",
        ])
        #expect(made.code == 0, "\(made.errors)")
        let before = try Data(contentsOf: URL(filePath: patterns))
        #expect(try Tool.run(["report", patterns, "--output", patterns]).code == 73)
        let csv = folder.file("p.csv")
        unsafe symlink("p.h5", csv)
        #expect(try Tool.run(["patterns", "export", patterns, "--output", csv]).code == 73)
        #expect(try Data(contentsOf: URL(filePath: patterns)) == before)
        let facts = folder.file("facts.txt")
        try "Salt melts ice.\nIron rusts.\n".write(toFile: facts, atomically: true, encoding: .utf8)
        #expect(try Tool.run(["knowledge", "build", facts, "--output", facts, "--quiet"]).code == 73)
        #expect(try String(contentsOfFile: facts, encoding: .utf8) == "Salt melts ice.\nIron rusts.\n")
    }

    @Test func devicesAndPipesStayAndLinksAreFollowed() throws {
        let pipe = folder.file("pipe")
        unsafe mkfifo(pipe, 0o600)
        let reader = unsafe open(pipe, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        #expect(try score(pipe).code == 0)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(reader, &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).contains("\"nll\""))
        let attribute = [
            "attribute", "--model", Self.model, "--data", data, "--task", "t", "--quiet", "--output",
        ]
        let refused = try Tool.run(attribute + [pipe])
        #expect(refused.code == 73 && refused.errors.contains("a pipe"), "\(refused.errors)")
        unsafe symlink("target.jsonl", folder.file("link"))
        #expect(try score(folder.file("link")).code == 0)
        #expect(FileManager.default.fileExists(atPath: folder.file("target.jsonl")))
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "target.jsonl")
        let throughStandardOutput = try score("/dev/stdout")
        #expect(throughStandardOutput.code == 0 && throughStandardOutput.output.contains("\"nll\""))
    }

    @Test func aRunIsWrittenByOneProcess() throws {
        let run = folder.file("run")
        let lock = folder.file(".run.lock")
        try "process 7 (sft-probe train)".write(toFile: lock, atomically: true, encoding: .utf8)
        let descriptor = unsafe open(lock, O_RDWR)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX) == 0)
        // The variable may have been set by the library of the tests.
        let outcome = try Tool.run(
            ["train", "--model", Self.model, "--data", data, "--output", run, "--lora-rank", "2"],
            without: "HDF5_USE_FILE_LOCKING")
        #expect(outcome.code == 69)
        #expect(outcome.errors.contains("process 7 (sft-probe train)"), "\(outcome.errors)")
        let unlocked = try Tool.run(
            ["score", "--model", Self.model, "--data", data, "--output", run, "--quiet"],
            environment: ["HDF5_USE_FILE_LOCKING": "FALSE"])
        #expect(unlocked.code == 0, "\(unlocked.errors)")
    }

    /// Ended by a signal, a command takes its lock with it.
    @Test func aSignalLeavesNoLock() throws {
        let lines = String(repeating: #"{"prompt": "ab", "completion": "cd"}"# + "\n", count: 5000)
        try lines.write(toFile: data, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: Tool.path)
        process.arguments = [
            "score", "--model", Self.model, "--data", data, "--output", folder.file("out.jsonl"), "--quiet",
        ]
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "HDF5_USE_FILE_LOCKING" }
        process.standardError = FileHandle.nullDevice
        try process.run()
        let lock = folder.file(".out.jsonl.lock")
        for _ in 0..<20_000 where process.isRunning && !FileManager.default.fileExists(atPath: lock) {
            Thread.sleep(forTimeInterval: 0.001)
        }
        Thread.sleep(forTimeInterval: 0.01)  // between making it and noting it
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 75)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["data.jsonl"])
    }

    /// What a diagnosis could go on from lies beside a file, and not beside a pipe.
    @Test func nothingIsPutBesideAPipe() throws {
        let queries = folder.file("queries.jsonl")
        try #"{"id": "a", "query": "is it so?", "options": ["yes", "no"], "facts": ["it is."]}"#.write(
            toFile: queries, atomically: true, encoding: .utf8)
        let pipe = folder.file("pipe")
        unsafe mkfifo(pipe, 0o600)
        let reader = unsafe open(pipe, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        // A folder of that name is in the way of a file.
        try FileManager.default.createDirectory(
            atPath: pipe + ".part/full", withIntermediateDirectories: true)
        let outcome = try Tool.run([
            "diagnose", "--model", try Tool.tinyModel(in: folder), "--queries", queries, "--output", pipe,
            "--calibration", "none", "--threshold", "0",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(reader, &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).contains("is it so?"))
    }

    @Test func ofManyCutExamplesTheFirstAreNamed() throws {
        let line = "{\"prompt\": \"\(String(repeating: "ab ", count: 2000))\", \"completion\": \"cd\"}\n"
        try String(repeating: line, count: 25).write(toFile: data, atomically: true, encoding: .utf8)
        let outcome = try score(folder.file("out.jsonl"))
        let said = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("cut: ") }
        #expect(outcome.code == 0 && said.count == 21, "\(outcome.errors)")
        #expect(said.last?.hasSuffix("so were 5 more examples.") == true)
    }
}
