import Foundation
import LaMerCurriculum
import Records
import TestSupport
import Testing

/// Numbers of a diagnosis that no diagnosis has: a sentence with their line.
@Suite struct PairBoundsTests {
    private func line(_ changed: [String: Any]) throws -> String {
        var line: [String: Any] = [
            "query_id": "q", "query": "x", "fact": "y", "re": 0.5, "band": 1, "candidates": ["a", "b"],
            "p": [0.5, 0.5], "q": [0.1, 0.9], "threshold": 0.1,
        ]
        line.merge(changed) { $1 }
        return String(decoding: try JSONSerialization.data(withJSONObject: line), as: UTF8.self)
    }

    @Test func numbersAreBounded() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("d.jsonl")
        func write(_ changed: [String: Any]) throws {
            try (line([:]) + "\n" + line(changed)).write(toFile: path, atomically: true, encoding: .utf8)
        }
        try write([:])
        #expect(try DiagnosisLine.all(at: path).count == 2)
        #expect(try RecordedDiagnosis(path: path).pairs.count == 2)
        let changes: [[String: Any]] = [
            ["band": -1], ["band": Int.min], ["band": 5], ["re": -0.9], ["re": 1e308], ["q": [2, 0.5]],
        ]
        for change in changes {
            try write(change)
            for read in [
                { _ = try DiagnosisLine.all(at: path) }, { _ = try RecordedDiagnosis(path: path) },
            ] {
                let error = #expect(throws: RecordError.self, "\(change)") { try read() }
                #expect(error?.description.contains("line 2: \"\(change.keys.first ?? "")\" is") == true)
            }
        }
        for change in [["score_temperature": 0], ["score_temperature": -1], ["threshold": -3]] {
            try write(change)
            #expect(throws: RecordError.self) { try RecordedDiagnosis(path: path) }
        }
    }
}
