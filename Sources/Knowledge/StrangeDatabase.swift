import Foundation
import GRDB
import GRDBSQLite

// An index comes from elsewhere: SQLite keeps any value in any column, a table may be a view without an end, and a value may
// be as large as memory.

/// The most bytes of a value of an index that is read.
private let longestValue: Int32 = 16 << 20

extension Configuration {
    /// For a file of a stranger, which is only read.
    static var strange: Configuration {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.prepareDatabase { database in
            unsafe sqlite3_limit(database.sqliteConnection, SQLITE_LIMIT_LENGTH, longestValue)
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        return configuration
    }
}

extension Database {
    /// Refuses a file in which a table of an index is something else, such as a view.
    func requireTables(_ names: [String], _ path: String) throws {
        for name in names {
            let kind = try String.fetchOne(
                self, sql: "SELECT type FROM sqlite_schema WHERE name = ?", arguments: [name])
            guard kind == "table" else {
                throw KnowledgeError.notAnIndex(
                    path: path, found: "one whose \(name) is \(kind.map { "a \($0)" } ?? "missing")")
            }
        }
    }
}

/// SQL for a column's value where it is text, else null.
func textColumn(_ name: String) -> String { "CASE typeof(\(name)) WHEN 'text' THEN \(name) END" }

/// SQL for a column's value where it is a finite number, else null.
func numberColumn(_ name: String) -> String {
    "CASE WHEN typeof(\(name)) IN ('real', 'integer') AND abs(\(name)) < 1e300 THEN CAST(\(name) AS REAL) END"
}
