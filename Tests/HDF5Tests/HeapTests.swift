import Foundation
import HDF5
import TestSupport
import Testing

/// Data of variable length lie in a heap without checksums: they are read without trust, and our attributes have none. The python
/// is `python3`, or the one named in SFT_PROBE_PYTHON.
@Suite(.enabled(if: runPython(["-c", "import h5py"]).succeeded, "a python3 with h5py is needed"))
struct HeapTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test func ourTextsHaveALengthOfTheirOwn() throws {
        let path = folder.file("ours.h5")
        let file = try HDF5File(creating: path)
        try file.createGroup("/a")
        for (name, text) in [("name", "ä ∂"), ("empty", ""), ("long", String(repeating: "x", count: 5000))] {
            try file.setAttribute(name, of: "/a", to: .string(text))
        }
        try file.close()
        #expect(
            runPython([
                "-c",
                """
                import h5py, sys
                a = h5py.File(sys.argv[1])["a"].attrs
                assert all(not a.get_id(n).get_type().is_variable_str() for n in a), list(a)
                assert a["name"].decode() == "ä ∂" and a["empty"] == b"" and len(a["long"]) == 5000
                """, path,
            ]).succeeded)
    }

    /// A file with texts of variable length in attributes and a dataset, as h5py writes them and older versions of ours did.
    private func strange() throws -> String {
        let path = folder.file("strange.h5")
        let made = runPython([
            "-c",
            """
            import h5py, sys
            with h5py.File(sys.argv[1], "w", libver=("v108", "v110")) as f:
                g = f.create_group("a")
                for i in range(12): g.attrs[f"name{i}"] = "text %d" % i * 5
                g.create_dataset("x", data=["one", "two"], dtype=h5py.string_dtype())
            """, path,
        ])
        try #require(made.succeeded)
        return path
    }

    @Test func textsOfOthersAreRead() throws {
        let file = try HDF5File(reading: try strange())
        #expect(try file.attribute("name3", of: "/a") == .string("text 3text 3text 3text 3text 3"))
        #expect(try file.readStrings("/a/x").values == ["one", "two"])
    }

    @Test func aDamagedHeapIsSurvived() throws {
        let whole = try Data(contentsOf: URL(filePath: try strange()))
        let heap = try #require(whole.range(of: Data("GCOL".utf8)))
        let path = folder.file("damaged.h5")
        for place in stride(from: heap.lowerBound + 4, to: min(heap.lowerBound + 400, whole.count), by: 6) {
            for value in [UInt8(0), 0xFF, 0x80] {
                var damaged = whole
                damaged[place] = value
                try damaged.write(to: URL(filePath: path))
                let file = try HDF5File(writing: path)
                for name in ["name0", "name7", "name11"] { _ = try? file.attribute(name, of: "/a") }
                _ = try? file.readStrings("/a/x")
                _ = try? file.remove("/a/x")
            }
        }
    }

    @Test func numbersInOtherFilesAreNotRead() throws {
        let path = folder.file("outside.h5")
        let made = runPython([
            "-c",
            """
            import h5py, sys
            with h5py.File(sys.argv[1], "w") as f:
                f.create_dataset("x", shape=(8,), dtype="u1", external=[("/etc/hostname", 0, 8)])
                f["link"] = h5py.ExternalLink(sys.argv[2], "/a")
            """, path, try strange(),
        ])
        try #require(made.succeeded)
        let file = try HDF5File(reading: path)
        #expect(throws: HDF5Error.self) { try file.read("/x", as: Int32.self) }
        #expect(try !file.exists("/link"))
    }
}
