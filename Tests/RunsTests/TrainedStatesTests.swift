import Foundation
import Runs
import TestSupport
import Testing

/// What the output folder of a trainer holds.
@Suite struct TrainedStatesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func make(_ paths: String...) throws {
        for path in paths {
            let file = URL(filePath: folder.file(path))
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("{}".utf8).write(to: file)
        }
    }

    private func states() throws -> [String] {
        try TrainedState.all(in: folder.path, base: "b").map { state in
            let model = state.model.replacing(folder.path, with: "out")
            return
                "\(state.label): \(model)\(state.adapter.map { " + \($0.replacing(folder.path, with: "out"))" } ?? "")"
        }
    }

    @Test func adaptersAreInOrderOfStep() throws {
        try make(
            "checkpoint-1000/adapter_config.json", "checkpoint-500/adapter_config.json",
            "checkpoint-90/trainer_state.json",
            "checkpoint-best/adapter_config.json", "adapter_config.json", "runs/events")
        #expect(
            try states() == [
                "base: b", "checkpoint-500: b + out/checkpoint-500",
                "checkpoint-1000: b + out/checkpoint-1000",
                "final: b + out",
            ])
        #expect(TrainedState.adapter(in: folder.path) == folder.path)
    }

    @Test func modelsAreWhole() throws {
        try make(
            "checkpoint-2/config.json", "checkpoint-2/model.safetensors.index.json",
            "checkpoint-4/config.json",
            "config.json", "model.safetensors")
        #expect(try states() == ["base: b", "checkpoint-2: out/checkpoint-2", "final: out"])
        #expect(TrainedState.adapter(in: folder.path) == nil)
    }

    @Test func aRunOfThisToolToo() throws {
        try make("checkpoints/step-000050/adapter_config.json", "final/adapter_config.json", "run.json")
        #expect(
            try states() == [
                "base: b", "step-000050: b + out/checkpoints/step-000050", "final: b + out/final",
            ])
    }

    @Test func aFolderWithoutStatesIsRefused() throws {
        try make("checkpoint-5/notes.txt")
        #expect(throws: UnusableData.self) { try states() }
    }

    @Test(arguments: [
        ("out/checkpoint-500", "checkpoint-500"), ("run/final/", "final"), ("my lora", "my lora"),
        ("a/base", "trained"),
        ("x/telemetry", "trained"),
    ])
    func labelsAreNamesOfFolders(_ path: String, _ label: String) {
        #expect(stateLabel(ofFolder: path) == label)
    }
}
