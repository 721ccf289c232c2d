import Foundation
import GRDB
import ModelFiles
public import Records

/// What went into an index.
public struct BuiltKnowledge: Sendable, Equatable {
    /// Facts in it.
    public var facts = 0
    /// Facts left out that say what an earlier one says, in other case, order or punctuation.
    public var duplicates = 0
    /// Facts left out for their confidence.
    public var belowConfidence = 0
    /// Facts whose vectors an earlier, broken run had computed already.
    public var resumed = 0
}

/// Facts before they are an index: the file beside the one that is to be, which a broken build leaves and the next one
/// carries on.
public struct KnowledgeBuilder {
    private let path: String
    private let part: String
    private let database: DatabaseQueue
    /// What went in so far.
    public private(set) var built: BuiltKnowledge

    /// Facts a transaction; what a broken build loses of its vectors at most.
    private static let block = 4096

    /// The facts of some files as an index without vectors, still under the name `path`.part.
    ///
    /// - Parameters:
    ///   - inputs: what tells these facts from others (names, sizes, dates): a broken build of the same is carried on.
    ///   - minimumConfidence: facts below it are left out, those without a confidence kept.
    ///   - read: gives the facts, where they are needed.
    public init(
        path: String, inputs: String, minimumConfidence: Double?,
        read: () throws(Records.RecordError) -> [StatedFact]
    ) throws {
        (self.path, part) = (path, path + ".part")
        let inputs = "\(inputs); confidence \(minimumConfidence.map { "\($0)" } ?? "any")"
        if let (database, built) = Self.resumed(part, inputs: inputs) {
            (self.database, self.built) = (database, built)
            return
        }
        let kept = Self.filtered(try read(), minimumConfidence)
        let file = part
        for suffix in ["", "-journal", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: file + suffix)
        }
        guard !kept.facts.isEmpty else {
            throw KnowledgeError.empty(
                path: path, reason: "\(kept.built.belowConfidence) were below the confidence")
        }
        built = kept.built
        database = try attempt(file) {
            let database = try DatabaseQueue(path: file)
            try Self.write(kept.facts, to: database, inputs: inputs, built: kept.built)
            return database
        }
    }

    private static func resumed(_ part: String, inputs: String) -> (DatabaseQueue, BuiltKnowledge)? {
        guard FileManager.default.fileExists(atPath: part), let database = try? DatabaseQueue(path: part),
            let about = try? database.read({ try about($0) }), about["inputs"] == inputs
        else { return nil }
        var built = BuiltKnowledge()
        built.facts = about["facts"].flatMap { Int($0) } ?? 0
        built.duplicates = about["duplicates"].flatMap { Int($0) } ?? 0
        built.belowConfidence = about["below_confidence"].flatMap { Int($0) } ?? 0
        return (database, built)
    }

    private static func filtered(
        _ facts: [StatedFact], _ minimum: Double?
    ) -> (facts: [StatedFact], built: BuiltKnowledge) {
        var built = BuiltKnowledge()
        var seen: Set<String> = []
        let kept = facts.filter { fact in
            if let minimum, let confidence = fact.confidence, confidence < minimum {
                built.belowConfidence += 1
                return false
            }
            let key = plain(fact.text).utf8.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
                .filter { $0 != "a" && $0 != "an" && $0 != "the" }.sorted()
            guard seen.insert(key.joined(separator: " ")).inserted else {
                built.duplicates += 1
                return false
            }
            return true
        }
        built.facts = kept.count
        return (kept, built)
    }

    /// Texts and their words. Nothing is journalled: what is half written when the process ends is begun anew, for
    /// `inputs` is noted last.
    private static func write(
        _ facts: [StatedFact], to database: DatabaseQueue, inputs: String, built: BuiltKnowledge
    ) throws {
        try database.writeWithoutTransaction { database in
            try database.execute(
                sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")
            try database.inTransaction {
                try createTables(database)
                var words: [Substring: Int] = [:]
                let insert = try database.makeStatement(sql: "INSERT INTO fact VALUES (?, ?, ?)")
                let index = try database.makeStatement(
                    sql: "INSERT INTO fact_text(rowid, text) VALUES (?, ?)")
                for (place, fact) in facts.enumerated() {
                    try insert.execute(arguments: [place + 1, fact.text, fact.confidence])
                    try index.execute(arguments: [place + 1, fact.text])
                    for word in Set(plain(fact.text).utf8.split(separator: 0x20).map(Substring.init)) {
                        words[word, default: 0] += 1
                    }
                }
                let count = try database.makeStatement(sql: "INSERT INTO word VALUES (?, ?)")
                for (word, facts) in words.sorted(by: { $0.key < $1.key }) {
                    try count.execute(arguments: [String(word), facts])
                }
                return .commit
            }
            try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE")
            try database.inTransaction {
                try note(
                    database,
                    [
                        "format": formatName, "version": formatVersion, "facts": "\(built.facts)",
                        "duplicates": "\(built.duplicates)", "below_confidence": "\(built.belowConfidence)",
                        "inputs": inputs,
                    ])
                return .commit
            }
        }
    }

    /// Adds the vector of every fact, block by block; those that are there stay.
    ///
    /// - Parameter progress: sees the number of facts and tokens of each finished block.
    nonisolated(nonsending) public mutating func addVectors(
        _ encoder: FactEncoder, packTokens: Int, workers: Int,
        progress: (_ facts: Int, _ tokens: Int) -> Void = { _, _ in }
    ) async throws(KnowledgeError) {
        let (database, part) = (database, part)
        let known = try attempt(part) { try database.read { try about($0) } }
        if let other = known["encoder"], other != encoder.name {
            throw .otherEncoder(path: part, expected: other, found: encoder.name)
        }
        try attempt(part) {
            try database.write { database in
                try note(database, ["encoder": encoder.name, "dimensions": "\(encoder.dimensions)"])
            }
        }
        let done = try attempt(part) {
            try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM vector") ?? 0 }
        }
        built.resumed = done
        if done > 0 { progress(done, 0) }
        for first in stride(from: done + 1, through: built.facts, by: Self.block) {
            let texts = try attempt(part) {
                try database.read { database in
                    try String.fetchAll(
                        database, sql: "SELECT text FROM fact WHERE id >= ? ORDER BY id LIMIT ?",
                        arguments: [first, Self.block])
                }
            }
            let (vectors, tokens) = await encoder.vectors(of: texts, packTokens: packTokens, workers: workers)
            try attempt(part) {
                try database.write { database in
                    let insert = try database.makeStatement(sql: "INSERT INTO vector VALUES (?, ?)")
                    for (place, vector) in vectors.enumerated() {
                        try insert.execute(arguments: [first + place, StoredVector(vector).data])
                    }
                    try database.execute(
                        sql: "INSERT INTO code VALUES (?, ?)",
                        arguments: [first, Data(vectors.flatMap(SignCodes.stored))])
                }
            }
            progress(texts.count, tokens)
        }
    }

    /// Puts the index under its name, in place of what was there.
    public consuming func finish() throws(KnowledgeError) {
        let (database, path, part) = (database, path, part)
        try attempt(part) {
            try database.write { database in
                try database.execute(sql: "INSERT INTO fact_text(fact_text) VALUES ('optimize')")
            }
            try database.close()
        }
        do {
            try replaceFile(at: path, by: part)
        } catch {
            throw .database(path: path, reason: "\(part) cannot be renamed; check the folder's permissions")
        }
    }
}
