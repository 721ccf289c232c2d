import Foundation
import Kernels
import Knowledge
import PostgreSQL
import Records
import TestSupport
import Testing

/// Facts found by meaning on a server that has pgvector.
@Suite(
    .enabled(
        if: PostgreSQLInstallation.withVectors != nil,
        Comment(rawValue: PostgreSQLInstallation.whyVectorsSkipped)))
struct ServerVectorTests {
    private let server: PostgreSQLServer

    init() throws { server = try PostgreSQLServer(try #require(PostgreSQLInstallation.withVectors)) }

    /// A vector of length 1 for each text: that of its first word's letter, and a little of its own.
    private static func vectors(_ texts: [String]) -> [[Float]] {
        texts.map { text in
            var generator = SeededGenerator(seed: Int(text.utf8.reduce(UInt32(7)) { $0 &* 31 &+ UInt32($1) }))
            var vector = generator.floats(32).map { $0 * 0.3 }
            vector[Int(text.utf8.first ?? 0) % 32] += 1
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return vector.map { $0 / length }
        }
    }

    private func build(_ facts: [String], at path: String, failAfter: Int = .max) async throws
        -> BuiltKnowledge
    {
        var builder = try KnowledgeBuilder(path: path, inputs: "v", minimumConfidence: nil) { () in
            facts.map { StatedFact(text: $0, confidence: nil) }
        }
        #expect(try builder.canHoldVectors())
        var calls = 0
        try await builder.addVectors(of: "made up", dimensions: 32, progress: { _, _ in }) { texts in
            calls += 1
            if calls > failAfter { server.stop() }
            return (Self.vectors(texts), 0)
        }
        let built = builder.built
        try builder.finish()
        return built
    }

    private static let facts: [String] = {
        var generator = SeededGenerator(seed: 5)
        return (0..<12_000).map { place in
            let word = ["bark", "milk", "tent", "lamp", "wolf"][Int.random(in: 0..<5, using: &generator)]
            return "\(Character(Unicode.Scalar(UInt8(97 + place % 26)))) \(word) \(place)"
        }
    }()

    /// Below 10,000 facts the answers are exact: both rankings, fused, as they come out when every fact is compared.
    @Test func fusesBothRankings() async throws {
        let facts = Array(Self.facts.prefix(3000))
        _ = try await build(facts, at: server.address())
        let index = try KnowledgeIndex(path: server.address())
        #expect(index.encoder == "made up" && index.count == 3000)
        let vectors = Self.vectors(facts)
        for query in ["wolf 17", "milk 2900", "tent", "no such word"] {
            let vector = Self.vectors([query])[0]
            let cosines = vectors.map { zip($0, vector).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } }
            let near = facts.indices.sorted { cosines[$0] > cosines[$1] }.prefix(50)
            let byWords = try index.search(query, vector: nil, count: 50).compactMap {
                facts.firstIndex(of: $0.text)
            }
            var score: [Int: Double] = [:]
            for list in [byWords, Array(near)] {
                for (rank, place) in list.enumerated() { score[place, default: 0] += 1 / Double(61 + rank) }
            }
            let expected = score.keys.filter { cosines[$0] >= 0 }
                .sorted { (score[$1] ?? 0, $0) < (score[$0] ?? 0, $1) }.prefix(5)
            let found = try index.search(query, vector: vector, count: 5)
            #expect(found.map(\.text) == expected.map { facts[$0] }, "\(query)")
            for (fact, place) in zip(found, expected) {
                #expect(abs((fact.similarity ?? 0) - cosines[place]) < 1e-5)
            }
        }
        #expect(try index.search("wolf", vector: Self.vectors(["wolf"])[0], count: 5, floor: 0.999) == [])
        #expect(try index.search("wolf", vector: nil, count: 2).allSatisfy { $0.similarity == nil })
    }

    /// The server dies between two blocks of vectors: the first is there still when the build carries on. So many are
    /// indexed, and the nearest is found through the index.
    @Test func carriesOnWithVectors() async throws {
        let path = server.address()
        await #expect(throws: KnowledgeError.self) { _ = try await build(Self.facts, at: path, failAfter: 1) }
        try server.start()
        #expect(try await build(Self.facts, at: path).resumed == 4096)
        let index = try KnowledgeIndex(path: path)
        for place in [0, 4095, 4096, 11_999] {
            let vector = Self.vectors([Self.facts[place]])[0]
            let found = try index.search("nothing of it", vector: vector, count: 1)
            #expect(found.first?.text == Self.facts[place] && abs((found[0].similarity ?? 0) - 1) < 1e-5)
        }
        let plan = try Connection(try ServerAddress(path)).run(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'knowledge_vector_embedding_idx'")
        #expect(plan.text(0)?.contains("hnsw") ?? false)
    }
}

/// A server without pgvector says so, and finds by words.
@Suite(
    .enabled(
        if: PostgreSQLInstallation.all.contains { !$0.hasVectors },
        "needs a PostgreSQL server without pgvector"))
struct ServerWithoutVectorsTests {
    @Test func saysThatVectorsAreMissing() throws {
        let server = try PostgreSQLServer(
            try #require(PostgreSQLInstallation.all.first { !$0.hasVectors }))
        var said: [String] = []
        let builder = try KnowledgeBuilder(
            path: server.address(), inputs: "", minimumConfidence: nil, remark: { said.append($0) }
        ) { () in [StatedFact(text: "Dogs bark.", confidence: nil)] }
        #expect(try !builder.canHoldVectors())
        #expect(said.count == 1 && said[0].contains("lacks the extension pgvector"))
        try builder.finish()
        let index = try KnowledgeIndex(path: server.address())
        #expect(try index.search("dog", vector: [1], count: 1).map(\.text) == ["Dogs bark."])
    }
}
