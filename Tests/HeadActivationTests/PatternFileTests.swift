import Foundation
import HDF5
import HeadActivation
import TestSupport
import Testing

@Suite struct PatternFileTests {
    let folder: TemporaryFolder
    let file: PatternFile

    init() throws {
        folder = try TemporaryFolder()
        file = PatternFile(folder.file("p.h5"))
    }

    @Test func returnsMeasurementsAsTheyWere() throws {
        let first = tinyMeasurement()
        let second = tinyMeasurement(task: "数学", checkpoint: "step-000100", examples: 1, seed: 2)
        let third = tinyMeasurement(checkpoint: "after", examples: 700, layers: 30, heads: 9, seed: 3)
        for measurement in [first, second, third] { try file.write(measurement) }
        #expect(try file.read(task: "gsm8k", checkpoint: "base") == first)
        #expect(try file.read(task: "数学", checkpoint: "step-000100") == second)
        #expect(try file.read(task: "gsm8k", checkpoint: "after") == third)
        let list = try file.list()
        #expect(list.map(\.checkpoint) == ["base", "after", "step-000100"])
        #expect(list.map(\.examples) == [4, 700, 1])
        #expect(list.map(\.layers) == [2, 30, 2] && list.map(\.heads) == [3, 9, 3])
        #expect(list.allSatisfy { $0.provenance == tinyProvenance })
        #expect(folder.contents == ["p.h5"])
    }

    @Test func namesItsDimensions() throws {
        try file.write(tinyMeasurement())
        let raw = try HDF5File(reading: file.path)
        let scales = ["example": "id", "layer": "layer", "head": "head"].mapValues { "/gsm8k/base/\($0)" }
        for (dataset, labels) in [
            "signed": ["example", "layer", "head"], "activation": ["layer", "head"],
            "activation_signed": ["layer", "head"], "activation_stderr": ["layer", "head"],
            "loss": ["example"], "tokens": ["example"], "supervised_tokens": ["example"],
        ] {
            let dimensions = try raw.dimensions(of: "/gsm8k/base/\(dataset)")
            #expect(dimensions.map(\.label) == labels)
            #expect(dimensions.map(\.scale) == labels.map { scales[$0] })
        }
        #expect(try raw.attribute("format") == .string("sft-probe/patterns"))
        #expect(try raw.attribute("format_version") == .int(1))
        #expect(try raw.attribute("complete", of: "/gsm8k/base") == .bool(true))
    }

    @Test func refusesASecondOneUnlessReplacing() throws {
        let measurement = tinyMeasurement()
        try file.write(measurement)
        try file.write(tinyMeasurement(task: "other"))
        let before = try Data(contentsOf: URL(filePath: file.path))
        let refusal = PatternError.present(path: file.path, task: "gsm8k", checkpoint: "base")
        #expect(throws: refusal) { try file.write(tinyMeasurement(seed: 2)) }
        #expect(throws: refusal) { try file.requireRoom(task: "gsm8k", checkpoint: "base") }
        try file.requireRoom(task: "gsm8k", checkpoint: "base", replacing: true)
        try file.requireRoom(task: "gsm8k", checkpoint: "later")
        #expect(try Data(contentsOf: URL(filePath: file.path)) == before)
        try file.write(tinyMeasurement(examples: 9, seed: 2), replacing: true)
        #expect(try file.read(task: "gsm8k", checkpoint: "base") == tinyMeasurement(examples: 9, seed: 2))
        #expect(try file.list().count == 2)
    }

    @Test func removesOneAndLeavesTheOthers() throws {
        try file.write(tinyMeasurement())
        try file.write(tinyMeasurement(task: "other"))
        try file.remove(task: "gsm8k", checkpoint: "base")
        #expect(try file.list().map(\.task) == ["other"])
        #expect(
            throws: PatternError.absent(
                path: file.path, task: "gsm8k", checkpoint: "base", held: ["other/base"])
        ) { try file.remove(task: "gsm8k", checkpoint: "base") }
        let none = PatternFile(folder.file("none.h5"))
        #expect(throws: PatternError.file(.missing(path: none.path))) {
            try none.remove(task: "gsm8k", checkpoint: "base")
        }
        #expect(folder.contents == ["p.h5"])
    }

    @Test(arguments: ["", "a/b", ".", "..", "a\nb", "a\0b", String(repeating: "ä", count: 128)])
    func refusesNamesThatCannotStand(_ name: String) throws {
        #expect(throws: PatternError.self) { try file.write(tinyMeasurement(task: name)) }
        #expect(throws: PatternError.self) { try file.write(tinyMeasurement(checkpoint: name)) }
        #expect(throws: PatternError.self) { try file.requireRoom(task: name, checkpoint: "base") }
        #expect(throws: PatternError.self) { try file.write(tinyMeasurement(checkpoint: "telemetry")) }
        #expect(folder.contents == [])
    }

    @Test(arguments: [Float.nan, .infinity])
    func refusesWhatIsNotFinite(_ value: Float) throws {
        let good = tinyMeasurement()
        var (signed, loss) = (good.signed, good.loss)
        signed[6 + 5] = value
        loss[2] = value
        func with(_ signed: [Float], _ loss: [Float]) -> HeadMeasurement {
            HeadMeasurement(
                task: "t", checkpoint: "c", layers: 2, heads: 3, signed: signed, loss: loss, ids: good.ids,
                tokens: good.tokens, supervisedTokens: good.supervisedTokens, provenance: good.provenance)
        }
        let what = "score in layer 1, head 2,"
        #expect(throws: PatternError.notFinite(example: "äöü-1", what: what)) {
            try file.write(with(signed, good.loss))
        }
        #expect(throws: PatternError.notFinite(example: "äöü-2", what: "loss")) {
            try file.write(with(good.signed, loss))
        }
        #expect(folder.contents == [])
    }

    @Test func refusesTheFilesOfOthers() throws {
        let other = try HDF5File(creating: file.path)
        try other.write([Float(1)], to: "x", shape: [1])
        try other.close()
        let refusal = PatternError.notPatterns(path: file.path, found: "format = none, format_version = none")
        #expect(throws: refusal) { try file.list() }
        #expect(throws: refusal) { try file.write(tinyMeasurement()) }
        #expect(try HDF5File(reading: file.path).children() == ["x"])
        let later = try HDF5File(writing: file.path)
        try later.setAttribute("format", to: .string("sft-probe/patterns"))
        try later.setAttribute("format_version", to: .int(2))
        try later.close()
        #expect(
            throws: PatternError.notPatterns(
                path: file.path, found: "format = \"sft-probe/patterns\", format_version = 2")
        ) { try file.list() }
    }

    @Test func takesAnUnfinishedOneForNone() throws {
        try file.write(tinyMeasurement())
        let raw = try HDF5File(writing: file.path)
        try raw.setAttribute("complete", of: "/gsm8k/base", to: .bool(false))
        try raw.close()
        #expect(try file.list() == [])
        #expect(throws: PatternError.self) { try file.read(task: "gsm8k", checkpoint: "base") }
        try file.write(tinyMeasurement(seed: 5))
        #expect(try file.read(task: "gsm8k", checkpoint: "base") == tinyMeasurement(seed: 5))
    }

    @Test func saysWhenPartsDoNotFitTogether() throws {
        try file.write(tinyMeasurement())
        let raw = try HDF5File(writing: file.path)
        try raw.remove("/gsm8k/base/loss")
        try raw.write([Float(1), 2], to: "/gsm8k/base/loss", shape: [2])
        try raw.close()
        #expect(
            throws: PatternError.damaged(
                path: file.path, task: "gsm8k", checkpoint: "base",
                reason: "loss should have the shape [4], but has [2]")
        ) { try file.read(task: "gsm8k", checkpoint: "base") }
    }

    @Test func losesNothingAmongManyWriters() async throws {
        let file = file
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<6 {
                group.addTask { try file.write(tinyMeasurement(checkpoint: "step-\(writer)", seed: writer)) }
            }
            try await group.waitForAll()
        }
        for writer in 0..<6 {
            let expected = tinyMeasurement(checkpoint: "step-\(writer)", seed: writer)
            #expect(try file.read(task: "gsm8k", checkpoint: "step-\(writer)") == expected)
        }
    }
}
