import HDF5
import HeadActivation
import Statistics
import TestSupport
import Testing

@Suite struct ModuleMeasurementTests {
    func measurement(seed: Int = 1) -> HeadMeasurement {
        var made = tinyMeasurement(seed: seed)
        let names = ["q", "mlp"]
        made.modules = ModuleMeasurement(names: names, signed: (0..<16).map { Float($0 * seed) - 7 })
        made.adapter = [
            AdapterMeasurement(
                projection: "q", heads: 3, base: (0..<24).map { Float($0) },
                adapter: (0..<24).map { Float(-$0) },
                norm: [1, 2, 3, 0, 0, 0], effectiveRank: [1, 1.5, 2, 0, 0, 0]),
            AdapterMeasurement(
                projection: "v", heads: 1, base: (0..<8).map { Float($0) },
                adapter: (0..<8).map { Float(2 * $0) },
                norm: [1, 2], effectiveRank: [1, 1.5]),
        ]
        return made
    }

    @Test func whatIsWrittenIsRead() throws {
        let folder = try TemporaryFolder()
        let file = PatternFile(folder.file("p.h5"))
        let made = measurement()
        try file.write(made)
        #expect(try file.read(task: made.task, checkpoint: made.checkpoint) == made)
        let raw = try HDF5File(reading: folder.file("p.h5"))
        let group = "/\(made.task)/\(made.checkpoint)"
        let dimensions = try raw.dimensions(of: "\(group)/modules/signed")
        #expect(dimensions.map(\.label) == ["example", "layer", "module"])
        #expect(dimensions.map(\.scale) == ["\(group)/id", "\(group)/layer", "\(group)/modules/module"])
        #expect(
            try raw.dimensions(of: "\(group)/adapter/v/norm").map(\.scale) == [
                "\(group)/layer", "\(group)/adapter/key_value_head",
            ])
    }

    @Test func modulesHaveMeansAndStandardErrors() {
        let pattern = ModuleMeasurement(names: ["q"], signed: [1, -2, 3, 4]).pattern(layers: 2)
        #expect(pattern.signed == [2, 1] && pattern.activation == [2, 3])
        #expect(pattern.standardError == [1, 3])
    }

    @Test func aScoreThatIsNoNumberIsRefused() throws {
        let folder = try TemporaryFolder()
        var made = measurement()
        made.modules = ModuleMeasurement(names: ["q"], signed: [1, 2, .nan, 3, 4, 5, 6, 7])
        #expect(throws: PatternError.self) { try PatternFile(folder.file("p.h5")).write(made) }
    }

    @Test func aShapeThatDoesNotFitIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("p.h5")
        let made = measurement()
        try PatternFile(path).write(made)
        let update = try HDF5Update(of: path)
        let name = "/\(made.task)/\(made.checkpoint)/modules/signed"
        try update.file.remove(name)
        try update.file.write([Float](repeating: 0, count: 6), to: name, shape: [3, 2])
        try update.commit()
        #expect {
            try PatternFile(path).read(task: made.task, checkpoint: made.checkpoint)
        } throws: { "\($0)".contains("modules/signed should have the shape [4, 2, 2], but has [3, 2]") }
    }
}

@Suite struct HeadOverlapTests {
    /// 3 of 5 drawn from 20 with 5 marked, by hand: Σ C(5,k)·C(15,5−k)/C(20,5) for k = 3, 4, 5.
    @Test func chanceIsHypergeometric() {
        let x = (0..<20).map { Double($0) }
        let y = x.map { [19.0, 18, 17, 3, 2].contains($0) ? $0 + 100 : $0 }
        let overlap = HeadOverlap(x, y, count: 5)
        #expect(overlap.shared == 3 && overlap.expected == 1.25)
        let expected = (10.0 * 105 + 5 * 15 + 1) / 15504
        #expect(abs(overlap.chance - expected) < 1e-12)
        #expect(abs(HeadOverlap(x, x, count: 20).chance - 1) < 1e-9)
    }

    @Test func agreementOfTheSameIsFull() {
        let scores = (0..<60).map { Float(($0 * 7) % 20) + Float($0 / 20) }
        let agreement = HeadAgreement(scores, scores, heads: 20, count: 5, resamples: 200)
        #expect(agreement.spearman.value == 1 && agreement.spearman.interval?.low == 1)
        #expect(agreement.overlap.shared == 5 && agreement.sharedInterval?.low == 5)
        #expect(agreement.chance == 1.0 / 201)
    }

    @Test func agreementOfOppositesIsNone() {
        let scores = (0..<60).map { Float(($0 * 7) % 20) }
        let agreement = HeadAgreement(scores, scores.map { -$0 }, heads: 20, count: 5, resamples: 200)
        #expect(agreement.spearman.value == -1 && agreement.overlap.shared == 0 && agreement.chance == 1)
    }
}
