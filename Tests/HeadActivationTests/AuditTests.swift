import HDF5
import HeadActivation
import Kernels
import Statistics
import TestSupport
import Testing

@Suite struct AuditTests {
    /// Twelve heads of six examples: integrals near the scores, effects near the integrals.
    static let measurement: HeadMeasurement = {
        var generator = SeededGenerator(seed: 4)
        let means = generator.floats(12)
        let signed = (0..<6).flatMap { _ in zip(means, generator.floats(12)).map { $0 + 0.1 * $1 } }
        var measurement = HeadMeasurement(
            task: "t", checkpoint: "base", layers: 3, heads: 4, signed: signed,
            loss: [Float](repeating: 1, count: 6), ids: (0..<6).map { "e\($0)" },
            tokens: [Int32](repeating: 2, count: 6), supervisedTokens: [Int32](repeating: 1, count: 6),
            provenance: provenance)
        let (integrated, ablated) = ([2, 5, 7, 0, 1, 11], [5, 2, 7, 11, 0, 1])
        func columns(_ heads: [Int], _ noise: Float) -> [Float] {
            (0..<6).flatMap { example in
                heads.map { signed[example * 12 + $0] + noise * generator.floats(1)[0] }
            }
        }
        measurement.audit = Audit(
            integrated: integrated, integrals: columns(integrated, 0.05), ablated: ablated,
            effects: columns(ablated, 0.05), strongest: 3, baseline: "mean", points: 20,
            completenessError: 0.002)
        measurement.tokenScores = generator.floats(6 * 2 * 12)
        return measurement
    }()

    static let provenance = Provenance(
        model: "m", modelSHA256: "00", data: "d", dataSHA256: "11", method: "gate", reduction: "example-mean",
        precision: "fp32", seed: 0, toolVersion: "0", created: "2026-01-01T00:00:00Z")

    @Test func staysWithItsMeasurement() throws {
        let folder = try TemporaryFolder()
        let file = PatternFile(folder.file("p.h5"))
        try file.write(Self.measurement)
        #expect(try file.read(task: "t", checkpoint: "base") == Self.measurement)
        let other = PatternFile(folder.file("q.h5"))
        _ = try other.merge([file])
        #expect(try other.read(task: "t", checkpoint: "base") == Self.measurement)
    }

    @Test func figuresCompareTheSameHeads() throws {
        let figures = try #require(AuditFigures(Self.measurement, resamples: 200))
        #expect(figures.rungs.count == 7)
        #expect(figures.rungs.map(\.agreement.heads) == [6, 6, 6, 3, 3, 3, 3])
        for rung in figures.rungs { #expect(try #require(rung.agreement.pearson.value) > 0.95, "\(rung)") }
        #expect(try #require(figures.trust?.value) > 0.8)
        var bare = Self.measurement
        bare.audit = nil
        #expect(AuditFigures(bare) == nil)
    }

    /// Columns in another order would be other heads.
    @Test func agreementIsOfMeansHeadByHead() {
        // Their means are 2, −3, 4 and 2, −2, 4.
        let (a, b): ([Float], [Float]) = ([1, -2, 3, 3, -4, 5], [2, -3, 5, 2, -1, 3])
        let same = Agreement(a, b, heads: 3, resamples: 100)
        #expect(abs((same.spearman.value ?? 0) - 1) < 1e-9 && same.signs.value == 1)
        #expect(abs((same.pearson.value ?? 0) - 0.99862543) < 1e-6)
        let against = Agreement(a, b.map { -$0 }, heads: 3, resamples: 100)
        #expect(abs((against.spearman.value ?? 0) + 1) < 1e-9 && against.signs.value == 0)
        let sizes = Agreement(a, b.map { -$0 }, heads: 3, sizes: true, resamples: 100)  // 2, 3, 4 and 2, 2, 4
        #expect(abs((sizes.spearman.value ?? 0) - 0.75.squareRoot()) < 1e-6)
        #expect(Agreement([1, 2, 3], [1, 2, 3], heads: 3).pearson.interval == nil)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("p.h5")
        try PatternFile(path).write(Self.measurement)
        try replace("/t/base/audit/ablated_head", in: path) { (file) throws(HDF5Error) in
            try file.write([Int32](repeating: 9, count: 12), to: "/t/base/audit/ablated_head", shape: [6, 2])
        }
        #expect(throws: PatternError.self) { try PatternFile(path).read(task: "t", checkpoint: "base") }
    }

    private func replace(
        _ name: String, in path: String, _ write: (borrowing HDF5File) throws(HDF5Error) -> Void
    ) throws {
        let update = try HDF5Update(of: path)
        try update.file.remove(name)
        try write(update.file)
        try update.commit()
    }
}
