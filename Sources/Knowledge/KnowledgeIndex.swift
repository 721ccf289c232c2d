import Statistics
import Kernels
import PostgreSQL

/// A fact that was found for a query.
public struct RetrievedFact: Sendable, Equatable {
    /// What it says.
    public let text: String
    /// Its source's confidence, where given.
    public let confidence: Double?
    /// The cosine of its vector and the query's; nil where the index or the search has no vectors.
    public let similarity: Double?
}

/// Facts in one SQLite file or on a PostgreSQL server, found by their words and, where it has vectors, by their meaning.
public struct KnowledgeIndex: Sendable {
    /// The file, or the server's address without a password.
    public let path: String
    private let store: any FactStore

    /// The number of facts.
    public var count: Int { store.count }
    /// The encoder whose vectors it has.
    public var encoder: String? { store.encoder }

    /// Opens an index to be searched.
    ///
    /// - Parameter path: a file, or `postgresql://user@host/database?schema=name`.
    public init(path: String) throws(KnowledgeError) {
        if ServerAddress.isAddress(path) {
            let server = try ServerStore(path)
            (self.path, store) = (server.name, server)
        } else {
            (self.path, store) = (path, try SQLiteStore(path))
        }
    }

    /// The facts that fit a query best, at most `count`, none of which says nearly what a better one says.
    ///
    /// Those that share words with it (BM25) and those that are near it in meaning are ranked by the sum of 1 / (60 +
    /// rank) over both lists.
    ///
    /// - Parameters:
    ///   - query: the text to find facts for.
    ///   - vector: the query's; nil to search by words alone.
    ///   - count: the most facts to return.
    ///   - floor: the least cosine of a fact that is kept.
    /// - Source: Cormack et al. 2009 for the fusion of ranks.
    public func search(
        _ query: String, vector: [Float]?, count: Int, floor: Double = 0
    ) throws(KnowledgeError) -> [RetrievedFact] {
        try store.unchanged { () throws(KnowledgeError) in
            let depth = max(50, 5 * count)
            let byWords = try store.idsByWords(query, limit: depth)
            guard let vector, encoder != nil else {
                let found = try store.facts(byWords)
                return distinct(found.map { RankedFact(fact: $0, similarity: nil, vector: []) }, count)
            }
            let byMeaning = try store.idsByMeaning(vector, limit: depth)
            var score: [Int: Double] = [:]
            for list in [byWords, byMeaning] {
                for (rank, id) in list.enumerated() { score[id, default: 0] += 1 / Double(61 + rank) }
            }
            let ids = score.keys.sorted { (score[$1] ?? 0, $0) < (score[$0] ?? 0, $1) }
            let ranked = zip(ids, try store.vectors(ids)).map { id, own in
                (id: id, vector: own, similarity: cosine(own, vector))
            }
            let best = ranked.filter { $0.similarity >= floor }.prefix(4 * count)
            let found = try store.facts(best.map(\.id))
            return distinct(
                zip(best, found).map { RankedFact(fact: $1, similarity: $0.similarity, vector: $0.vector) },
                count)
        }
    }

    /// Facts drawn at random, each at most once.
    public func randomFacts(_ wanted: Int, seed: Int) throws(KnowledgeError) -> [String] {
        var generator = SeededGenerator(seed: seed)
        let ids =
            wanted >= count
            ? Array(1...max(1, count))
            : (0..<wanted).map { _ in Int.random(in: 1...count, using: &generator) }
        return try store.unchanged { () throws(KnowledgeError) in
            try store.facts(Set(ids).sorted()).map(\.text)
        }
    }
}
