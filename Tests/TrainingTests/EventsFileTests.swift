import Foundation
import Records
import TestSupport
import Testing

@testable import Training

@Suite struct EventsFileTests {
    @Test func bytesAreThoseOfTensorBoardsWriter() throws {
        let expected = try Data(contentsOf: URL(filePath: fixture("events.tfevents", of: "TrainingTests")))
        #expect(Event.file(of: threeSteps, endingAt: 1_700_000_005) == [UInt8](expected))
    }

    @Test func bytesOfPicturesAreToo() throws {
        let expected = try Data(contentsOf: URL(filePath: fixture("images.tfevents", of: "TrainingTests")))
        let png = try Data(contentsOf: URL(filePath: fixture("map.png", of: "TrainingTests")))
        let image = EventImage(tag: "heads/sums/activation", png: Array(png), width: 3, height: 2)
        let found = Event.file(of: threeSteps, endingAt: 1_700_000_005) { $0 == 2 ? [] : [image] }
        #expect(found == [UInt8](expected))
    }

    /// The first two are RFC 3720's, the third is the usual one of catalogues.
    static let checksums: [(bytes: [UInt8], crc: UInt32)] = [
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        ([UInt8]("123456789".utf8), 0xE306_9283), ([], 0),
    ]

    @Test(arguments: checksums) func checksumsAreThoseOfTheStandard(bytes: [UInt8], crc: UInt32) {
        #expect(crc32c(bytes) == crc)
    }

    @Test func eachStepIsInTheFileAtOnce() throws {
        let folder = try TemporaryFolder()
        let file = try EventsFile(folder: folder.path)
        var size = try size(file)
        #expect(size == 40)
        for line in threeSteps {
            try file.append(line)
            size += Event.step(line, at: 0).count
            #expect(try self.size(file) == size)
        }
    }

    @Test func resumingLeavesOneFileWithEachStepOnce() throws {
        let folder = try TemporaryFolder()
        for name in ["events.out.tfevents.1.host.2.0", "events.out.tfevents.3.host.4.0", "metrics.jsonl"] {
            try Data("old".utf8).write(to: URL(filePath: folder.file(name)))
        }
        let file = try EventsFile(folder: folder.path, after: Array(threeSteps[..<2]))
        try file.append(threeSteps[2])
        #expect(folder.contents == [(file.path as NSString).lastPathComponent, "metrics.jsonl"])
        #expect(try size(file) == Event.file(of: threeSteps, endingAt: 0).count)
    }

    @Test func aFolderThatIsMissingIsSaid() throws {
        let folder = try TemporaryFolder()
        #expect(throws: RecordError.self) { try EventsFile(folder: folder.file("none")) }
    }

    func size(_ file: EventsFile) throws -> Int { try Data(contentsOf: URL(filePath: file.path)).count }
}
