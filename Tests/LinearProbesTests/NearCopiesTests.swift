import Foundation
import Kernels
@testable import LinearProbes
import Statistics
import TestSupport
import Testing

@Suite struct NearCopiesTests {
    /// 20 texts of 64 features, each with a copy right after it that differs a little.
    private static func states(copies: Bool) -> States {
        var generator = SeededGenerator(seed: 3, stream: 0)
        func number() -> Float { Float.random(in: -1...1, using: &generator) }
        var values: [Float] = []
        for _ in 0..<20 {
            let text = (0..<64).map { _ in number() }
            values += text
            values += copies ? text.map { $0 + 0.05 * number() } : (0..<64).map { _ in number() }
        }
        return States(
            texts: (0..<40).map { States.Text(id: "\($0)") }, position: .last, layers: [0],
            sites: [.residual: States.Array(shape: [40, 1, 64], values: values)], final: nil,
            offsets: Array(0...40))
    }

    @Test func copiesInOtherFoldsAreNamed() throws {
        let all = Array(0..<40)
        let labels = all.map { $0 % 2 }
        let apart = ProbeFolds(all.map { _ in nil }, count: 5)
        let found = try #require(Self.states(copies: true).nearCopies(of: all, labels: labels, apart))
        #expect(found.layer == 0 && found.pairs.count == 20 && found.pairs.allSatisfy(\.hasTwoLabels))
        #expect(found.pairs.first?.one == 0 && found.pairs.first?.other == 1)
        let together = ProbeFolds(all.map { "\($0 / 2)" }, count: 5)
        let grouped = Self.states(copies: true).nearCopies(of: all, labels: labels, together)
        #expect(grouped?.pairs.isEmpty == true)
        let others = Self.states(copies: false).nearCopies(of: all, labels: labels, apart)
        #expect(others?.pairs.isEmpty == true)
        #expect(Self.states(copies: true).nearCopies(of: [0, 1], labels: [0, 1], apart) == nil)
    }

    @Test func theRecordIsReadAsItIsWritten() throws {
        let states = Self.states(copies: true)
        let folds = ProbeFolds((0..<40).map { _ in nil }, count: 5)
        let place = states.places[0]
        #expect(place.site == "residual")
        let reading = ProbeReading(isRight: (0..<40).map { $0 % 3 > 0 }, losses: [], scores: [])
        let results = [
            ProbeResult(
                place: place, reading: ProbeReading(isRight: reading.isRight, losses: [0.5], scores: []),
                interval: Interval(low: 0.5, high: 0.8), balancedAccuracy: 0.6,
                intervals: ReadingIntervals(
                    reading, labels: (0..<40).map { $0 % 2 }, group: folds.group, []), areaUnderCurve: nil,
                control: 0.5, p: 0.1)
        ]
        let changes = probeChanges(from: results, to: results, folds, seed: 0)
        let record = ProbeRecord(
            results, changes, labels: ["a", "b"], leftOut: 0, majority: 0.5, folds, ProbeSettings(),
            states: "s.h5", compared: nil)
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = try encoder.encode(record)
        #expect(try decoder.decode(ProbeRecord.self, from: data) == record)
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains(#""log_loss":0.5"#) && text.contains(#""balanced_accuracy":0.6"#))
        #expect(record.heads { $0.accuracy } == nil)
    }
}
