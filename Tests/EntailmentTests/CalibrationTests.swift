import Entailment
import Foundation
import Statistics
import TestSupport
import Testing

/// Calibrations of what a scorer says.
@Suite struct EntailmentCalibrationTests {
    /// A scorer that says what it is told to.
    private struct Scripted: EntailmentScorer {
        let source: EntailmentSource
        let found: [Double]

        nonisolated(nonsending) func probabilities(
            of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
        ) async throws(EntailmentError) -> [Double] { found }
    }

    /// A scorer that nearly always says no, but ranks: entailed pairs have the odds e^−4 to e^−2, others e^−8 to e^−5.
    private static let odds: [Double] = [-4, -3.5, -3, -2.5, -2, -8, -7, -6.5, -6, -5.5, -5]
    private static let labels = odds.map { $0 > -4.5 }
    private static let p = odds.map { 1 / (1 + exp(-$0)) }
    private static let source = EntailmentSource(.model, "m", sha256: "abc")

    @Test(arguments: EntailmentCalibration.Method.allCases)
    func halfLiesBetweenTheClasses(_ method: EntailmentCalibration.Method) async throws {
        let calibration = try #require(
            EntailmentCalibration(method, of: Self.source, Self.p, isEntailed: Self.labels))
        #expect(calibration.parameters.auroc == 1 && calibration.parameters.pairs == 11)
        let scorer = try CalibratedEntailment(
            Scripted(source: Self.source, found: Self.p), by: calibration, at: "c.json")
        let found = try await scorer.probabilities(of: [])
        #expect(found.map { $0 >= 0.5 } == Self.labels)
        #expect(
            found.indices.sorted { found[$0] < found[$1] }
                == Self.p.indices.sorted { Self.p[$0] < Self.p[$1] })
        #expect(scorer.source.calibration == calibration.parameters && scorer.source.threshold == 0.5)
        let written = try JSONEncoder().encode(calibration)
        #expect(try JSONDecoder().decode(EntailmentCalibration.self, from: written) == calibration)
    }

    @Test func aCalibrationBelongsToItsModel() throws {
        let calibration = try #require(
            EntailmentCalibration(.platt, of: Self.source, Self.p, isEntailed: Self.labels))
        #expect(calibration.fits(EntailmentSource(.model, "moved", sha256: "abc")))
        #expect(!calibration.fits(EntailmentSource(.model, "m", sha256: "other")))
        #expect(!calibration.fits(EntailmentSource(.encoder, "m", sha256: "abc")))
        #expect(throws: EntailmentError.self) {
            try CalibratedEntailment(
                Scripted(source: EntailmentSource(.words, "words"), found: []), by: calibration, at: "c.json")
        }
        #expect(
            EntailmentCalibration(.platt, of: Self.source, [0.5, 0.6], isEntailed: [true, true]) == nil)
    }

    @Test func qualityHasIntervals() throws {
        let quality = EntailmentQuality(
            [0.9, 0.2, 0.7, 0.4], isEntailed: [true, false, false, true], threshold: 0.5)
        #expect(quality.auroc.value == 0.75 && quality.accuracy.count == 2 && quality.called.count == 2)
        // Of four pairs some resamples have one kind alone; of forty none has.
        #expect(quality.auroc.interval == nil)
        let scores = (0..<40).map { Double($0) / 40 }
        let many = EntailmentQuality(
            scores, isEntailed: (0..<40).map { !$0.isMultiple(of: 3) }, threshold: 0.5)
        let (value, interval) = (try #require(many.auroc.value), try #require(many.auroc.interval))
        #expect(interval.low < value && value < interval.high)
        #expect(EntailmentQuality([0.9], isEntailed: [true], threshold: 0.5).auroc.value == nil)
    }
}
