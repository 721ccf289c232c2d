public import PostgreSQL

/// Why an index of facts could not be built or searched.
public enum KnowledgeError: Error, Equatable, CustomStringConvertible {
    /// There is no such file.
    case missing(path: String)
    /// The server has no index in that schema.
    case noIndex(server: String, schema: String)
    /// The file is no index of facts, or one of another version.
    case notAnIndex(path: String, found: String)
    /// No fact is left after all filters.
    case empty(path: String, reason: String)
    /// The index and the encoder do not belong together.
    case otherEncoder(path: String, expected: String, found: String)
    /// The server has an index there already.
    case present(server: String, schema: String, facts: String)
    /// The server has something there that this library did not make.
    case foreign(server: String, schema: String, found: String)
    /// Another process builds there.
    case busy(server: String, schema: String)
    /// The server failed.
    case server(ServerError)
    /// The database failed.
    case database(path: String, reason: String)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .missing(let path): "\(path): there is no such file."
        case .noIndex(let server, let schema):
            "\(server): the schema \(schema) has no index of facts."
        case .notAnIndex(let path, let found):
            "\(path): expected an index of facts (sft-probe/knowledge), found \(found)."
        case .empty(let path, let reason): "\(path): no fact is left: \(reason)."
        case .otherEncoder(let path, let expected, let found):
            "\(path) has vectors of \(expected), and the encoder is \(found)."
        case .present(let server, let schema, let facts):
            "\(server): the schema \(schema) has an index of \(facts) facts already."
        case .foreign(let server, let schema, let found):
            "\(server): the schema \(schema) has \(found), which this version of the library did not make and leaves "
                + "alone."
        case .busy(let server, let schema):
            "\(server): another process is building in the schema \(schema)."
        case .server(let error): error.description
        case .database(let path, let reason): "\(path): the database failed: \(reason)."
        }
    }
}
