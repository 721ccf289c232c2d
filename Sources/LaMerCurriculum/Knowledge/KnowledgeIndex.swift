import Foundation
import GRDB
import Kernels

/// A fact that was found for a query.
public struct RetrievedFact: Sendable, Equatable {
    /// What it says.
    public let text: String
    /// Its source's confidence, where given.
    public let confidence: Double?
    /// The cosine of its vector and the query's; nil where the index or the search has no vectors.
    public let similarity: Double?
}

/// Facts in one SQLite file, found by their words and, where it has vectors, by their meaning.
public struct KnowledgeIndex: Sendable {
    /// The file.
    public let path: String
    /// The number of facts.
    public let count: Int
    /// The encoder whose vectors it has.
    public let encoder: String?
    private let database: DatabaseQueue
    private let codes: SignCodes?

    /// Opens an index to be searched.
    public init(path: String) throws(KnowledgeError) {
        guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
        var configuration = Configuration()
        configuration.readonly = true
        let database: DatabaseQueue
        do {
            database = try DatabaseQueue(path: path, configuration: configuration)
            let about = try database.read { try LaMerCurriculum.about($0) }
            guard about["format"] == formatName, about["version"] == formatVersion else {
                throw KnowledgeError.notAnIndex(
                    path: path, found: "\(about["format"] ?? "another format") \(about["version"] ?? "")")
            }
            encoder = about["encoder"]
            (self.path, self.database) = (path, database)
            let dimensions = about["dimensions"].flatMap { Int($0) }
            (count, codes) = try database.read { database -> (Int, SignCodes?) in
                let count = try Int.fetchOne(database, sql: "SELECT max(id) FROM fact") ?? 0
                guard let dimensions, dimensions > 0 else { return (count, nil) }
                var codes = SignCodes(dimensions: dimensions)
                let blocks = try Data.fetchCursor(database, sql: "SELECT data FROM code ORDER BY first")
                while let block = try blocks.next() { codes.append(stored: [UInt8](block)) }
                guard codes.count == count else {
                    throw KnowledgeError.notAnIndex(
                        path: path, found: "one with \(codes.count) vectors for \(count) facts")
                }
                return (count, codes)
            }
        } catch let error as KnowledgeError {
            throw error
        } catch {
            throw .notAnIndex(path: path, found: "something else (\(error))")
        }
    }

    /// The facts that fit a query best, at most `count`, none of which says nearly what a better one says.
    ///
    /// Those that share words with it (BM25) and those that are near it in meaning are ranked by the sum of 1 / (60 +
    /// rank) over both lists.
    ///
    /// - Parameters:
    ///   - vector: the query's; nil to search by words alone.
    ///   - floor: the least cosine of a fact that is kept.
    /// - Source: Cormack et al. 2009 for the fusion of ranks.
    public func search(
        _ query: String, vector: [Float]?, count: Int, floor: Double = 0
    ) throws(KnowledgeError) -> [RetrievedFact] {
        try attempt(path) {
            try database.read { database in
                let depth = max(50, 5 * count)
                let byWords = try factsWithWords(of: query, depth, database)
                guard let vector, let codes else {
                    return distinct(try facts(Array(byWords), database).map { ($0, nil, []) }, count)
                }
                let near = try cosines(
                    of: codes.nearest(to: vector, count: 4 * depth).map { $0 + 1 }, vector, database)
                let byMeaning = near.keys.sorted { (near[$1] ?? 0, $0) < (near[$0] ?? 0, $1) }.prefix(depth)
                let others = byWords.filter { near[$0] == nil }
                let similarity = near.merging(try cosines(of: others, vector, database)) { $1 }
                var score: [Int: Double] = [:]
                for list in [byWords, Array(byMeaning)] {
                    for (rank, id) in list.enumerated() { score[id, default: 0] += 1 / Double(61 + rank) }
                }
                let kept = score.keys.filter { similarity[$0] ?? 0 >= floor }
                let best = kept.sorted { (score[$1] ?? 0, $0) < (score[$0] ?? 0, $1) }.prefix(4 * count)
                let found = try facts(Array(best), database)
                return distinct(
                    try zip(best, found).map { id, fact in
                        (fact, similarity[id], try StoredVector.numbers(stored(id, database)))
                    }, count)
            }
        }
    }

    /// Facts drawn at random, each at most once.
    public func randomFacts(_ wanted: Int, seed: Int) throws(KnowledgeError) -> [String] {
        var generator = SeededGenerator(seed: seed)
        let ids =
            wanted >= count
            ? Array(1...max(1, count))
            : (0..<wanted).map { _ in Int.random(in: 1...count, using: &generator) }
        return try attempt(path) {
            try database.read { database in try facts(Array(Set(ids)).sorted(), database).map(\.text) }
        }
    }

    /// The ids of facts that have words of the query, best first.
    ///
    /// Asked for are the rarest words that together occur in at most 20,000 facts, so that a search stays quick however
    /// many facts there are; frequent words tell facts apart little.
    private func factsWithWords(of query: String, _ depth: Int, _ database: Database) throws -> [Int] {
        let words = Set(plain(query).split(separator: " ").map(String.init))
        var counted: [(word: String, facts: Int)] = []
        for word in words {
            let facts = try Int.fetchOne(
                database, sql: "SELECT facts FROM word WHERE word = ?", arguments: [word])
            counted.append((word, facts ?? 0))
        }
        var (asked, facts) = ([String](), 0)
        for (word, own) in counted.sorted(by: { ($0.facts, $0.word) < ($1.facts, $1.word) }) {
            facts += own
            if facts > 20_000 && !asked.isEmpty { break }
            asked.append("\"\(word.replacing("\"", with: ""))\"")
        }
        guard !asked.isEmpty else { return [] }
        return try Int.fetchAll(
            database, sql: "SELECT rowid FROM fact_text WHERE fact_text MATCH ? ORDER BY rank, rowid LIMIT ?",
            arguments: [asked.joined(separator: " OR "), depth])
    }

    private func facts(_ ids: [Int], _ database: Database) throws -> [StatedFact] {
        try ids.compactMap { id in
            let row = try Row.fetchOne(
                database, sql: "SELECT text, confidence FROM fact WHERE id = ?", arguments: [id])
            return row.map { StatedFact(text: $0["text"], confidence: $0["confidence"]) }
        }
    }

    private func stored(_ id: Int, _ database: Database) throws -> Data {
        try Data.fetchOne(database, sql: "SELECT data FROM vector WHERE id = ?", arguments: [id]) ?? Data()
    }

    private func cosines(of ids: [Int], _ vector: [Float], _ database: Database) throws -> [Int: Double] {
        var found: [Int: Double] = [:]
        for id in ids { found[id] = cosine(StoredVector.numbers(try stored(id, database)), vector) }
        return found
    }

    /// The first facts that no better one resembles: a cosine above 0.9, or four fifths of their words in common.
    private func distinct(
        _ facts: [(fact: StatedFact, similarity: Double?, vector: [Float])], _ count: Int
    ) -> [RetrievedFact] {
        var kept: [(fact: StatedFact, similarity: Double?, vector: [Float], words: Set<Substring>)] = []
        for candidate in facts where kept.count < count {
            let words = Set(plain(candidate.fact.text).split(separator: " "))
            let isNear = kept.contains { other in
                cosine(candidate.vector, other.vector) > 0.9
                    || 5 * words.intersection(other.words).count >= 4 * words.union(other.words).count
            }
            if !isNear { kept.append((candidate.fact, candidate.similarity, candidate.vector, words)) }
        }
        return kept.map {
            RetrievedFact(text: $0.fact.text, confidence: $0.fact.confidence, similarity: $0.similarity)
        }
    }
}
