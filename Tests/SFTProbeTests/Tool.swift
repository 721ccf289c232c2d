import Foundation
import TestSupport
import Testing

/// The built tool, run as a user runs it.
struct Tool {
    /// What a run left behind.
    struct Outcome {
        let code: Int32
        let output: String
        let errors: String
    }

    /// The tool beside the test program, or in the build folder of the repository.
    static let path: String = {
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
            path: "sft-probe"
        ).path
        let candidates = [
            beside, repositoryPath(".build/release/sft-probe"), repositoryPath(".build/debug/sft-probe"),
        ]
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? beside
    }()

    /// Runs the tool with these arguments.
    static func run(
        program: String = path, _ arguments: [String], environment: [String: String] = [:],
        without variable: String? = nil
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != variable }
            .merging(environment) { $1 }
        let folder = FileManager.default.temporaryDirectory.appending(path: "sft-probe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (out, err) = (folder.appending(path: "out"), folder.appending(path: "err"))
        for file in [out, err] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        try process.run()
        process.waitUntilExit()
        return Outcome(
            code: process.terminationStatus, output: try String(contentsOf: out, encoding: .utf8),
            errors: try String(contentsOf: err, encoding: .utf8))
    }

    /// What a run with `--json` prints, which must succeed.
    static func json<Value: Decodable>(_ arguments: [String]) throws -> Value {
        let outcome = try run(arguments + ["--json"])
        try #require(outcome.code == 0, "\(outcome.errors)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: Data(outcome.output.utf8))
    }

    /// A folder with a copy of a tiny model of the repository and a tokenizer, which a model alone lacks.
    static func tinyModel(
        _ source: String = "notebooks-data/reference/tiny-llama/gqa-tied", in folder: TemporaryFolder
    ) throws -> String {
        let model = folder.file("model")
        try FileManager.default.copyItem(atPath: repositoryPath(source), toPath: model)
        try FamilyCommandTests.tokenizer.write(
            toFile: model + "/tokenizer.json", atomically: true, encoding: .utf8)
        try #"{"eos_token": "<end>"}"#.write(
            toFile: model + "/tokenizer_config.json", atomically: true, encoding: .utf8)
        return model
    }
}
