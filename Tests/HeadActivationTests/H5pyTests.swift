import HeadActivation
import TestSupport
import Testing

/// What h5py sees of our files. The python is `python3`, or the one named in SFT_PROBE_PYTHON.
@Suite struct H5pyTests {
    @Test(.enabled(if: runPython(["-c", "import h5py"]).succeeded, "a python3 with h5py is needed"))
    func showsNamesShapesAndLabels() throws {
        let folder = try TemporaryFolder()
        let file = PatternFile(folder.file("p.h5"))
        try file.write(tinyMeasurement(examples: 50, layers: 4, heads: 5))
        try file.write(tinyMeasurement(task: "数学", checkpoint: "step-000100", examples: 1))
        try file.write(tinyMeasurement(examples: 9), replacing: true)
        #expect(
            runPython([repositoryPath("notebooks-data/reference/check_patterns.py"), file.path]).succeeded)
    }
}
