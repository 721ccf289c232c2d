import Foundation
import HeadActivation
import TestSupport
import Testing

@Suite struct NumPyArchiveTests {
    @Test func startsAsZipAndNumPyDo() throws {
        var archive = NumPyArchive()
        archive.add("a/b", [Float(1), 2, 3, 4, 5, 6], shape: [2, 3])
        let bytes = try #require(archive.data)
        #expect(bytes.prefix(4) == Data([0x50, 0x4b, 3, 4]))
        // The header of a .npy file fills up to a multiple of 64 bytes, then the numbers follow.
        let start = 30 + "a/b.npy".utf8.count
        #expect(bytes[start..<start + 6] == Data([0x93]) + Data("NUMPY".utf8))
        let length = Int(bytes[start + 8]) + 256 * Int(bytes[start + 9])
        #expect((10 + length) % 64 == 0)
        #expect(bytes[start + 10 + length..<start + 14 + length] == Data([0, 0, 0x80, 0x3f]))
    }

    @Test(.enabled(if: runPython(["-c", "import numpy"]).succeeded, "a python3 with numpy is needed"))
    func isReadByNumPy() throws {
        let folder = try TemporaryFolder()
        let measurement = tinyMeasurement(task: "数学", examples: 5, layers: 2, heads: 3)
        var archive = NumPyArchive()
        archive.add(measurement)
        try #require(archive.data).write(to: URL(filePath: folder.file("p.npz")))
        let check = """
            import numpy, sys, zipfile
            assert zipfile.ZipFile(sys.argv[1]).testzip() is None
            f = numpy.load(sys.argv[1]); g = "数学/base/"
            assert f[g + "signed"].shape == (5, 2, 3) and f[g + "signed"].dtype == numpy.float32
            assert abs(float(f[g + "signed"].astype("f8").sum()) - float(sys.argv[2])) < 1e-5
            assert numpy.allclose(abs(f[g + "signed"]).mean(0), f[g + "activation"], rtol=1e-6)
            assert list(f[g + "id"]) == ["äöü-%d" % i for i in range(5)]
            assert list(f[g + "tokens"]) == [10, 11, 12, 13, 14] and f[g + "tokens"].dtype == numpy.int32
            """
        let sum = measurement.signed.reduce(0.0) { $0 + Double($1) }
        #expect(runPython(["-c", check, folder.file("p.npz"), "\(sum)"]).succeeded)
    }
}
