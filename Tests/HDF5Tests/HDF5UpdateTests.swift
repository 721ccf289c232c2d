import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct HDF5UpdateTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("u.h5")
        let update = try HDF5Update(of: path)
        let isNew = update.isNew
        #expect(isNew)
        try update.file.write([Float(1)], to: "one", shape: [1])
        try update.commit()
    }

    @Test func leavesTheFileUntilItIsCommitted() throws {
        let before = try Data(contentsOf: URL(filePath: path))
        do {
            let update = try HDF5Update(of: path)
            let isNew = update.isNew
            #expect(!isNew)
            try update.file.write([Float(2)], to: "two", shape: [1])
            try update.file.flush()
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
            #expect(try HDF5File(reading: path).children() == ["one"])
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        #expect(folder.contents == ["u.h5"])
    }

    @Test func addsToWhatIsThere() throws {
        let update = try HDF5Update(of: path)
        try update.file.write([Float(2)], to: "two", shape: [1])
        try update.commit()
        #expect(try HDF5File(reading: path).children() == ["one", "two"])
        #expect(folder.contents == ["u.h5"])
    }

    @Test func waitsForTheOtherWriterAndThenSaysSo() throws {
        let update = try HDF5Update(of: path)
        #expect(throws: HDF5Error.busy(path: path, waited: 0.1)) {
            let second = try HDF5Update(of: path, waiting: 0.1)
            try second.commit()
        }
        try update.file.write([Float(2)], to: "two", shape: [1])
        try update.commit()
        #expect(try HDF5File(reading: path).children() == ["one", "two"])
    }

    @Test func losesNothingAmongManyWriters() async throws {
        let path = path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let update = try HDF5Update(of: path)
                    try update.file.write([Float(writer)], to: "writer-\(writer)", shape: [1])
                    try update.commit()
                }
            }
            try await group.waitForAll()
        }
        let expected = ["one"] + (0..<8).map { "writer-\($0)" }
        #expect(try HDF5File(reading: path).children().sorted() == expected)
        #expect(folder.contents == ["u.h5"])
    }

    @Test func ignoresWhatAKilledWriterLeft() throws {
        try Data("half".utf8).write(to: URL(filePath: folder.file(".u.h5.partial")))
        try Data().write(to: URL(filePath: folder.file(".u.h5.lock")))
        let update = try HDF5Update(of: path)
        try update.file.write([Float(2)], to: "two", shape: [1])
        try update.commit()
        #expect(try HDF5File(reading: path).children() == ["one", "two"])
        #expect(folder.contents == ["u.h5"])
    }

    @Test func followsALink() throws {
        let link = folder.file("link.h5")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let update = try HDF5Update(of: link)
        try update.file.write([Float(2)], to: "two", shape: [1])
        try update.commit()
        #expect(try HDF5File(reading: path).children() == ["one", "two"])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
    }

    @Test func refusesToReplaceAStranger() throws {
        let other = folder.file("notes.txt")
        try Data("keep me".utf8).write(to: URL(filePath: other))
        #expect(throws: HDF5Error.self) { try HDF5Update(of: other).commit() }
        #expect(try String(contentsOfFile: other, encoding: .utf8) == "keep me")
        #expect(throws: HDF5Error.self) { try HDF5Update(of: folder.file("no/where.h5")).commit() }
    }

    @Test func aMissingFolderIsNamedByTheFile() throws {
        let path = "/nowhere/at/all/p.h5"
        let error = #expect(throws: HDF5Error.self) { _ = try HDF5Update(of: path).isNew }
        #expect(error?.description.contains("\(path) could not be written: its folder is missing") == true)
    }
}
