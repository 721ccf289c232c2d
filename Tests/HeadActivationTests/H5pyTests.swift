import Foundation
import HeadActivation
import TestSupport
import Testing

/// What h5py sees of our files. The python is `python3`, or the one named in SFT_PROBE_PYTHON.
@Suite struct H5pyTests {
    @Test(.enabled(if: runPython(["-c", "import h5py"]), "a python3 with h5py is needed"))
    func showsNamesShapesAndLabels() throws {
        let folder = try TemporaryFolder()
        let file = PatternFile(folder.file("p.h5"))
        try file.write(tinyMeasurement(examples: 50, layers: 4, heads: 5))
        try file.write(tinyMeasurement(task: "数学", checkpoint: "step-000100", examples: 1))
        try file.write(tinyMeasurement(examples: 9), replacing: true)
        #expect(runPython([repositoryPath("notebooks-data/reference/check_patterns.py"), file.path]))
    }
}

/// Whether python ran to its end without an error.
func runPython(_ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [ProcessInfo.processInfo.environment["SFT_PROBE_PYTHON"] ?? "python3"] + arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}
