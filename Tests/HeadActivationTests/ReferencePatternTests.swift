import Foundation
import HeadActivation
import TestSupport
import Testing

/// A file that h5py wrote, with the patterns that NumPy makes of it.
@Suite struct ReferencePatternTests {
    struct Expected: Decodable {
        let task, checkpoint: String
        let shape: [Int]
        let signed, activation, mean, stderr, loss: [Float]
        let ids: [String]
    }

    @Test func readsWhatH5pyWrote() throws {
        let file = PatternFile(fixture("h5py.h5", of: "HeadActivationTests"))
        let data = try Data(contentsOf: URL(filePath: fixture("h5py.json", of: "HeadActivationTests")))
        let expected = try JSONDecoder().decode([Expected].self, from: data)
        #expect(try file.list().map(\.task) == expected.map(\.task))
        for expected in expected {
            let measurement = try file.read(task: expected.task, checkpoint: expected.checkpoint)
            #expect([measurement.examples, measurement.layers, measurement.heads] == expected.shape)
            #expect(measurement.signed == expected.signed && measurement.loss == expected.loss)
            #expect(measurement.ids == expected.ids)
            #expect(measurement.tokens == (0..<Int32(measurement.examples)).map { $0 + 10 })
            #expect(measurement.provenance.adapter == nil && measurement.provenance.seed == 7)
            let pattern = measurement.pattern
            for (ours, reference) in [
                (pattern.activation, expected.activation), (pattern.signed, expected.mean),
                (pattern.standardError, expected.stderr),
            ] {
                #expect(ours.count == reference.count)
                for (our, number) in zip(ours, reference) { #expect(abs(our - number) <= 1e-6 * abs(number)) }
            }
        }
    }

    @Test func leavesTheErrorOfOneExampleUndefined() {
        let pattern = tinyMeasurement(examples: 1).pattern
        #expect(pattern.standardError.allSatisfy { $0.isNaN })
        #expect(pattern.activation == pattern.signed.map(abs))
    }
}
