import Foundation
import HDF5
import TestSupport
import Testing

/// Files that are not what they should be end in a sentence.
@Suite struct StrangeFileTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test func saysWhatIsNotHDF5() throws {
        let path = folder.file("strange.h5")
        #expect(throws: HDF5Error.missing(path: path)) { try HDF5File(reading: path).close() }
        try Data().write(to: URL(filePath: path))
        #expect(throws: HDF5Error.notHDF5(path: path, found: "an empty file")) {
            try HDF5File(reading: path).close()
        }
        try Data("PK\u{3}\u{4}".utf8).write(to: URL(filePath: path))
        #expect(throws: HDF5Error.notHDF5(path: path, found: "0x50 0x4b 0x3 0x4")) {
            try HDF5File(reading: path).close()
        }
        #expect(throws: HDF5Error.notHDF5(path: "/", found: "a folder")) {
            try HDF5File(reading: "/").close()
        }
        #expect(throws: HDF5Error.notHDF5(path: "/dev/zero", found: "something that is not a plain file")) {
            try HDF5File(reading: "/dev/zero").close()
        }
    }

    @Test func survivesAFileCutAnywhere() throws {
        let whole = try Data(contentsOf: URL(filePath: try written()))
        for length in stride(from: 8, to: whole.count, by: 97) {
            let path = folder.file("cut.h5")
            try whole.prefix(length).write(to: URL(filePath: path))
            #expect(throws: HDF5Error.self) { try readAll(path) }
        }
    }

    /// Texts in attributes are left out: they lie in a heap without checksums, on which the library itself crashes.
    @Test func survivesADamagedByte() throws {
        let whole = try Data(contentsOf: URL(filePath: try written()))
        for place in stride(from: 8, to: whole.count, by: 31) {
            var damaged = whole
            damaged[place] ^= 0xff
            let path = folder.file("damaged.h5")
            try damaged.write(to: URL(filePath: path))
            // Some bytes do not matter; none may crash, hang or ask for memory without end.
            _ = try? readAll(path)
        }
    }

    private func written() throws -> String {
        let path = folder.file("whole.h5")
        let file = try HDF5File(creating: path)
        try file.write((0..<200).map { Float($0) }, to: "/a/x", shape: [10, 20], chunk: [5, 20])
        try file.write(["one", "two"], to: "/a/names", shape: [2])
        try file.setAttribute("number", of: "/a", to: .int(7))
        try file.close()
        return path
    }

    private func readAll(_ path: String) throws {
        let file = try HDF5File(reading: path)
        _ = try file.children(of: "/a")
        _ = try file.attribute("number", of: "/a")
        _ = try file.read("/a/x", as: Float.self)
        _ = try file.readStrings("/a/names")
    }
}
