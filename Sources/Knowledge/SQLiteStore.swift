import Statistics
import Foundation
import GRDB

/// An index in one SQLite file.
struct SQLiteStore: FactStore {
    let count: Int
    let encoder: String?
    private let path: String
    private let database: DatabaseQueue
    private let codes: SignCodes?
    private let hasPairs: Bool  // of letters, for scripts without spaces
    private let dimensions: Int

    init(_ path: String) throws(KnowledgeError) {
        guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
        // SQLite would wait for a pipe without end.
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .notAnIndex(path: path, found: "no plain file")
        }
        let database: DatabaseQueue
        do {
            database = try DatabaseQueue(path: path, configuration: .strange)
            try database.read {
                try $0.requireTables(["about", "fact", "fact_text", "word", "vector", "code"], path)
            }
            let about = try database.read { try Knowledge.about($0) }
            guard about["format"] == formatName, about["version"] == formatVersion else {
                throw KnowledgeError.notAnIndex(
                    path: path, found: "\(about["format"] ?? "another format") \(about["version"] ?? "")")
            }
            encoder = about["encoder"]
            hasPairs = about["words"] == wordRule["words"]
            (self.path, self.database) = (path, database)
            let dimensions = try Self.dimensions(about, path)
            self.dimensions = dimensions
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            (count, codes) = try database.read { database -> (Int, SignCodes?) in
                let count = try Int.fetchOne(database, sql: "SELECT max(id) FROM fact") ?? 0
                guard (0...size).contains(count) else {
                    throw KnowledgeError.notAnIndex(
                        path: path, found: "one with \(count) facts in \(size) bytes")
                }
                guard dimensions > 0 else { return (count, nil) }
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

    /// The numbers of a vector; 0 where the index has none.
    private static func dimensions(_ about: [String: String], _ path: String) throws -> Int {
        guard let text = about["dimensions"] else { return 0 }
        guard let dimensions = Int(text), (1...65536).contains(dimensions) else {
            throw KnowledgeError.notAnIndex(
                path: path, found: "one with vectors of \(text.prefix(40)) numbers")
        }
        return dimensions
    }

    func idsByWords(_ query: String, limit: Int) throws(KnowledgeError) -> [Int] {
        try read { database in
            let words = Set(searchWords(query, ofFact: false, splittingRuns: hasPairs))
            var counted: [(word: String, facts: Int)] = []
            for word in words {
                let facts = try Int.fetchOne(
                    database,
                    sql: "SELECT CASE typeof(facts) WHEN 'integer' THEN facts END FROM word WHERE word = ?",
                    arguments: [word])
                counted.append((word, min(max(facts ?? 0, 0), count)))
            }
            // In quotes the index's own tokenizer reads a word: it stems it, and takes off diacritics.
            let asked = (rarest(counted).map(\.word) + phrases(query)).map { "\"\($0)\"" }
            guard !asked.isEmpty else { return [] }
            return try Int.fetchAll(
                database,
                sql: "SELECT rowid FROM fact_text WHERE fact_text MATCH ? ORDER BY rank, rowid LIMIT ?",
                arguments: [asked.joined(separator: " OR "), limit])
        }
    }

    /// The nearest among those whose vectors share most signs with the query's.
    func idsByMeaning(_ vector: [Float], limit: Int) throws(KnowledgeError) -> [Int] {
        guard let codes else { return [] }
        guard vector.count == dimensions else {
            throw .otherEncoder(
                path: path, expected: "\(dimensions) numbers", found: "one that makes \(vector.count)")
        }
        let ids = codes.nearest(to: vector, count: 4 * limit).map { $0 + 1 }
        let cosines = try vectors(ids).map { cosine($0, vector) }
        let near = zip(ids, cosines).sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        return near.prefix(limit).map(\.0)
    }

    func facts(_ ids: [Int]) throws(KnowledgeError) -> [StatedFact] {
        try read { database in
            try ids.compactMap { id in
                let row = try Row.fetchOne(
                    database,
                    sql: "SELECT \(textColumn("text")), \(numberColumn("confidence")) FROM fact WHERE id = ?",
                    arguments: [id])
                guard let row else { return nil }
                guard let text = row[0] as String? else {
                    throw KnowledgeError.notAnIndex(path: path, found: "one whose fact \(id) is no text")
                }
                return StatedFact(text: text, confidence: row[1] as Double?)
            }
        }
    }

    func vectors(_ ids: [Int]) throws(KnowledgeError) -> [[Float]] {
        try read { database in
            try ids.map { id in
                let data = try Data.fetchOne(
                    database, sql: "SELECT data FROM vector WHERE id = ?", arguments: [id])
                guard data == nil || data?.count == dimensions + 4 else {
                    throw KnowledgeError.notAnIndex(
                        path: path, found: "one whose vector \(id) has not \(dimensions) numbers")
                }
                return StoredVector.numbers(data ?? Data())
            }
        }
    }

    /// An open file stays what it is when another takes its name.
    func unchanged<Value>(_ body: () throws(KnowledgeError) -> Value) throws(KnowledgeError) -> Value {
        try body()
    }

    private func read<Value>(_ body: (Database) throws -> Value) throws(KnowledgeError) -> Value {
        do {
            return try database.read(body)
        } catch let error as KnowledgeError {
            throw error
        } catch {
            throw .notAnIndex(path: path, found: "one that cannot be read (\(error))")
        }
    }
}
