import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing
import Transformers

/// Beam search against `generate(num_beams=k, do_sample=False)` of transformers, with tiny models of several families.
@Suite struct BeamSearchTests {
    struct Fixture: Decodable {
        let cases: [Search]
    }

    struct Search: Decodable, Sendable, CustomStringConvertible {
        let model: String
        let prompt: [Int32]
        let beams: Int
        let ends: [Int32]
        let length_penalty: Float
        let early_stopping: String
        let no_repeated_tokens: Int
        let limit: Int
        let found: [Found]
        var description: String {
            "\(model) \(beams) \(ends) \(length_penalty) \(early_stopping) \(no_repeated_tokens)"
        }
    }

    struct Found: Decodable, Sendable {
        let ids: [Int32]
        let score: Float
        let log_probabilities: [Float]
    }

    static func searches() throws -> [Search] {
        let path = fixture("beams.json", of: "TransformersTests")
        return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: URL(filePath: path))).cases
    }

    @Test func beamsAreThoseOfTransformers() throws {
        var models: [String: Decoder] = [:]
        for search in try Self.searches() {
            let model = try models[search.model] ?? Decoder(ModelSource(path: repositoryPath(search.model)))
            models[search.model] = model
            let stopping = try #require(BeamSearch.EarlyStopping(rawValue: search.early_stopping))
            let beams = model.beamSearch(
                Prompt(search.prompt), limit: search.limit, ends: Set(search.ends),
                BeamSearch(
                    beams: search.beams, lengthPenalty: search.length_penalty, earlyStopping: stopping,
                    noRepeatedTokens: search.no_repeated_tokens))
            let written = beams.map { $0.continuation.ids + ($0.continuation.end.map { [$0] } ?? []) }
            #expect(written == search.found.map(\.ids), "\(search)")
            guard written == search.found.map(\.ids) else { continue }
            for (beam, found) in zip(beams, search.found) {
                #expect(abs(beam.score - found.score) <= 1e-4 * max(1, abs(found.score)), "\(search)")
                let logs = distance(beam.continuation.logProbabilities, found.log_probabilities)
                #expect(logs.difference <= 1e-4, "\(search)")
            }
        }
        #expect(models.count == 7)
    }

    @Test func oneBeamIsGreedy() throws {
        for search in try Self.searches().filter({ $0.beams == 2 }) {
            let model = try Decoder(ModelSource(path: repositoryPath(search.model)))
            let ends = Set(search.ends)
            let beam = model.beamSearch(Prompt(search.prompt), limit: 10, ends: ends, BeamSearch(beams: 1))
            #expect(beam.map(\.continuation.ids) == [model.greedy(search.prompt, limit: 10, ends: ends)])
        }
    }
}
