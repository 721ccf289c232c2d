import Foundation
import HDF5
import TestSupport
import Testing

/// Texts of variable length, which are read off the heap without the library.
@Suite struct HeapReadingTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    /// Long and short ones, empty ones, other scripts, and more than one collection holds.
    @Test func whatWasWrittenIsRead() throws {
        let texts =
            (0..<3000).map { "text \($0)" }
            + ["", "ä∂ 🙂", String(repeating: "x", count: 100_000), "", "one"]
        let path = folder.file("a.h5")
        let file = try HDF5File(creating: path)
        try file.write(texts, to: "/x", shape: [texts.count])
        #expect(try file.readStrings("/x").values == texts)
        try file.close()
        let again = try HDF5File(reading: path)
        #expect(try again.readStrings("/x").values == texts)
        #expect(try again.readStrings("/x").shape == [texts.count])
    }

    /// Every byte of a small heap changed: texts, or an error, and never a crash.
    @Test func aDamagedHeapIsAnErrorOrATextOfItsBytes() throws {
        let path = folder.file("b.h5")
        let file = try HDF5File(creating: path)
        try file.write(["one", "two", "three"], to: "/x", shape: [3])
        try file.close()
        let whole = try Data(contentsOf: URL(filePath: path))
        let heap = try #require(whole.range(of: Data("GCOL".utf8)))
        for place in heap.lowerBound..<min(heap.lowerBound + 96, whole.count) {
            for value in [UInt8(0), 0x7F, 0xFF] {
                var damaged = whole
                damaged[place] = value
                try damaged.write(to: URL(filePath: folder.file("c.h5")))
                let texts = try? HDF5File(reading: folder.file("c.h5")).readStrings("/x").values
                #expect(texts?.count ?? 3 == 3)
            }
        }
    }
}
