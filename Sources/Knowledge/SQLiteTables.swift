import Foundation
import GRDB
import PostgreSQL

// The tables of an index in SQLite: one file that any SQLite tool opens.
//
//   about   name, value               format, version, encoder, dimensions, what it was built from
//   fact    id from 1, text, confidence
//   fact_text                         FTS5 over fact.text, words stemmed as English; scripts without spaces as pairs of letters
//   word    word, facts               how many facts have a word
//   vector  id, data                  the fact's vector: a scale (f32) and a byte for each number
//   code    first, data               the signs of the vectors of facts first, first + 1, …

let formatName = "sft-probe/knowledge"
let formatVersion = "1"
/// What an index notes of how its words were made; older ones note nothing.
let wordRule = ["words": "pairs"]

/// Runs what a database throws anything from, and says which one failed.
func attempt<Value>(_ path: String, _ body: () throws -> Value) throws(KnowledgeError) -> Value {
    do {
        return try body()
    } catch let error as KnowledgeError {
        throw error
    } catch let error as ServerError {
        throw .server(error)
    } catch let error as DatabaseError {
        throw .database(path: path, reason: error.message ?? error.resultCode.description)
    } catch {
        throw .database(path: path, reason: "\(error)")
    }
}

func createTables(_ database: Database) throws {
    try database.execute(
        sql: """
            CREATE TABLE about(name TEXT PRIMARY KEY, value TEXT NOT NULL);
            CREATE TABLE fact(id INTEGER PRIMARY KEY, text TEXT NOT NULL, confidence REAL);
            CREATE VIRTUAL TABLE fact_text USING fts5(
                text, content='fact', content_rowid='id',
                tokenize="porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");
            CREATE TABLE word(word TEXT PRIMARY KEY, facts INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE vector(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
            CREATE TABLE code(first INTEGER PRIMARY KEY, data BLOB NOT NULL);
            """)
}

func about(_ database: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(
        database, sql: "SELECT \(textColumn("name")), \(textColumn("value")) FROM about LIMIT 1000")
    var values: [String: String] = [:]
    for row in rows {
        if let name = row[0] as String?, let value = row[1] as String? { values[name] = value }
    }
    return values
}

func note(_ database: Database, _ values: [String: String]) throws {
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        try database.execute(sql: "INSERT OR REPLACE INTO about VALUES (?, ?)", arguments: [name, value])
    }
}
