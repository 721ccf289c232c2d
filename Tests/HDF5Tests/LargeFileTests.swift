import Foundation
import TestSupport
import Testing

@testable import HDF5

/// Files that are changed where they are, and not by a copy that replaces them.
@Suite struct LargeFileTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("u.h5")
        try add("one", large: .max)
    }

    private func add(_ name: String, large: Int) throws {
        let update = try HDF5Update(of: path, large: large)
        try update.file.write([Float](repeating: 1, count: 3000), to: "\(name)/values", shape: [3000])
        try update.file.setAttribute("name", of: name, to: .string(name))
        try update.commit()
    }

    private func number() throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    }

    @Test func staysTheSameFile() throws {
        let before = try number()
        for name in 0..<40 { try add("task \(name)", large: 0) }
        #expect(try number() == before)
        #expect(folder.contents == ["u.h5"])
        let file = try HDF5File(reading: path)
        #expect(try file.children() == ["one"] + (0..<40).map { "task \($0)" })
        for name in try file.children() {
            #expect(
                try file.read("\(name)/values", as: Float.self).values == [Float](repeating: 1, count: 3000))
            #expect(try file.attribute("name", of: name) == .string(name))
        }
    }

    @Test func isAsLargeAsACopyWouldBe() throws {
        let copied = folder.file("copied.h5")
        try FileManager.default.copyItem(atPath: path, toPath: copied)
        for name in 0..<12 {
            try add("task \(name)", large: 0)
            let update = try HDF5Update(of: copied, large: .max)
            try update.file.write(
                [Float](repeating: 1, count: 3000), to: "task \(name)/values", shape: [3000])
            try update.file.setAttribute("name", of: "task \(name)", to: .string("task \(name)"))
            try update.commit()
        }
        #expect(try Data(contentsOf: URL(filePath: copied)) == Data(contentsOf: URL(filePath: path)))
    }

    @Test func isLeftAloneWithoutCommitting() throws {
        let before = try Data(contentsOf: URL(filePath: path))
        do {
            let update = try HDF5Update(of: path, large: 0)
            try update.file.remove("one")
            try update.file.write([Float(2)], to: "two", shape: [1])
            try update.file.flush()
            #expect(try HDF5File(reading: path).children() == ["one"])
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        #expect(folder.contents == ["u.h5"])
    }

    @Test func isReplacedWhileSomebodyReadsIt() throws {
        let before = try number()
        let reader = try HDF5File(reading: path)
        try add("two", large: 0)
        #expect(try number() != before)
        #expect(try reader.children() == ["one"])
        #expect(try HDF5File(reading: path).children() == ["one", "two"])
        #expect(folder.contents == ["u.h5"])
    }

    /// Brings changes as far as the journal, as a process does that ends then.
    private func endAfterJournal() throws {
        let changes = try GatheredChanges(of: path)
        let file = try HDF5File(through: changes)
        try file.write([Float](repeating: 2, count: 5000), to: "two", shape: [5000])
        try file.close()
        let descriptor = unsafe open(path, O_RDWR)
        defer { close(descriptor) }
        try changes.note(in: descriptor)
        #expect(folder.contents.sorted() == [".u.h5.journal", "u.h5"])
    }

    @Test(arguments: [false, true]) func goesOnFromTheJournal(isTorn: Bool) throws {
        try endAfterJournal()
        if isTorn {  // as if some of the pages had been written
            let file = try FileHandle(forUpdating: URL(filePath: path))
            try file.seek(toOffset: 48)
            try file.write(contentsOf: Data(repeating: 7, count: 400))
            try file.close()
        }
        let file = try HDF5File(reading: path)
        #expect(try file.children() == ["one", "two"])
        #expect(try file.read("two", as: Float.self).values == [Float](repeating: 2, count: 5000))
        #expect(folder.contents == ["u.h5"])
    }

    @Test func anUpdateGoesOnFromTheJournalToo() throws {
        try endAfterJournal()
        try add("three", large: 0)
        #expect(try HDF5File(reading: path).children() == ["one", "two", "three"])
        #expect(folder.contents == ["u.h5"])
    }

    @Test func aJournalThatWasNotFinishedChangesNothing() throws {
        try endAfterJournal()
        let journal = folder.file(".u.h5.journal")
        let whole = try Data(contentsOf: URL(filePath: journal))
        for length in [0, 15, 40, whole.count / 2, whole.count - 1] {
            try whole.prefix(length).write(to: URL(filePath: journal))
            #expect(try HDF5File(reading: path).children() == ["one"])
            #expect(folder.contents == ["u.h5"])
        }
        try add("two", large: 0)
        #expect(try HDF5File(reading: path).children() == ["one", "two"])
    }
}
