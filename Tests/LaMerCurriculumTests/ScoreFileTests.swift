import Foundation
import LaMerCurriculum
import TestSupport
import Testing
import Transformers

/// A diagnosis that was broken off goes on where it was.
@Suite(.enabled(if: RealModel.path != nil, Comment(rawValue: RealModel.whySkipped)))
struct ScoreFileTests {
    @Test func whatWasScoredIsNotScoredAgain() async throws {
        let (model, tokenizer) = try DiagnoseTests.open()
        let folder = try TemporaryFolder()
        let path = folder.file("d.part")
        let subjects = DiagnoseTests.lines.prefix(2).map { DiagnoseTests.subject($0) }
        func run(_ subjects: [Subject], _ name: String) async throws -> (Diagnosed, computed: Int) {
            var computed = 0
            let scores = try ScoreFile(path: path, model: name)
            let found = try await diagnose(
                subjects, by: model, tokenizer, normalization: .sum, scores: scores, packTokens: 512,
                workers: 1
            ) { prompts, tokens, _ in computed += tokens > 0 ? prompts : 0 }
            return (found, computed)
        }
        let first = try await run([subjects[0]], "m")
        #expect(first.computed == 4)
        // A torn line, as a killed run leaves it.
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(#"{"prompt": [1, 2"#.utf8))
        try handle.close()
        let second = try await run(Array(subjects), "m")
        // Prompts are packed alike whatever is known, so a part of which something is missing is computed as a whole.
        #expect(second.computed == 8)
        #expect(second.0.queries[0].shifts == first.0.queries[0].shifts, "the same numbers, bit for bit")
        #expect(try await run(Array(subjects), "m").computed == 0)
        #expect(
            try await run(Array(subjects), "another").computed == 8, "scores of another model are of no use")
        // Asked twice, a prompt has one score: it stays the same whichever part of a broken run is known.
        let twice = try await run([subjects[0], subjects[1], subjects[0]], "once")
        #expect(twice.computed == 8)
        #expect(twice.0.queries[2].shifts == twice.0.queries[0].shifts)
        #expect(twice.0.queries[0].shifts == second.0.queries[0].shifts)
        try Data("nonsense".utf8).write(to: URL(filePath: path))
        #expect(try await run(Array(subjects), "m").computed == 8)
    }
}
