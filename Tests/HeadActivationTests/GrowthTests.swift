import Foundation
import HDF5
import HeadActivation
import TestSupport
import Testing

/// Files that grow with what is in them, and with nothing else.
@Suite struct GrowthTests {
    private func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    @Test func whatIsReplacedLeavesNoRoom() throws {
        let folder = try TemporaryFolder()
        let file = PatternFile(folder.file("p.h5"))
        try file.write(tinyMeasurement(examples: 40))
        let first = try size(file.path)
        for _ in 0..<40 { try file.write(tinyMeasurement(examples: 40), replacing: true) }
        #expect(try size(file.path) < first * 13 / 10)
        #expect(try file.list().count == 1)
        #expect(try file.read(task: "gsm8k", checkpoint: "base").examples == 40)
    }

    /// A packed file has all that the other had, in its order, with its scales.
    @Test func packingLosesNothing() throws {
        let folder = try TemporaryFolder()
        let file = PatternFile(folder.file("p.h5"))
        for task in ["b", "a", "c"] {
            for checkpoint in ["step-000010", "base"] {
                try file.write(tinyMeasurement(task: task, checkpoint: checkpoint, examples: 9))
            }
        }
        let before = try file.list()
        let measurement = try file.read(task: "a", checkpoint: "base")
        for _ in 0..<30 {
            try file.write(tinyMeasurement(task: "z", checkpoint: "base", examples: 200), replacing: true)
            try file.remove(task: "z", checkpoint: "base")
        }
        #expect(try file.list() == before)
        #expect(try file.read(task: "a", checkpoint: "base") == measurement)
        let opened = try HDF5File(reading: file.path)
        #expect(
            try opened.dimensions(of: "/a/base/signed").map(\.scale) == [
                "/a/base/id", "/a/base/layer", "/a/base/head",
            ])
    }

    @Test func readingIsLinear() throws {
        let folder = try TemporaryFolder()
        let file = PatternFile(folder.file("p.h5"))
        func seconds(_ count: Int) throws -> Double {
            for task in (count / 2)..<count {
                try file.write(tinyMeasurement(task: "t\(task)", examples: 2))
            }
            let start = Date()
            for item in try file.list() { _ = try file.read(task: item.task, checkpoint: item.checkpoint) }
            return Date().timeIntervalSince(start)
        }
        _ = try seconds(30)
        let (few, many) = (try seconds(60), try seconds(120))
        #expect(many < 4 * few + 0.5)
    }

    /// What is read from one opening is what single readings give, also while the file is replaced.
    @Test func severalAreReadFromOneOpening() throws {
        let folder = try TemporaryFolder()
        let file = PatternFile(folder.file("p.h5"))
        for task in ["a", "b"] { try file.write(tinyMeasurement(task: task, examples: 9)) }
        let reader = try PatternReader(file)
        try file.remove(task: "a", checkpoint: "base")
        let items = try reader.list()
        #expect(items.map(\.task) == ["a", "b"])
        #expect(try reader.read(items[1]) == file.read(task: "b", checkpoint: "base"))
        #expect(try reader.read(task: "a", checkpoint: "base") == reader.read(items[0]))
        #expect(try reader.activation(items[0]) == reader.read(items[0]).activation)
        #expect(throws: PatternError.self) { try reader.read(task: "c", checkpoint: "base") }
        #expect(throws: PatternError.self) { try reader.list(task: "c", checkpoint: nil) }
    }
}
