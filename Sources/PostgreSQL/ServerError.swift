/// Why a PostgreSQL server could not be used. No case holds a password.
public enum ServerError: Error, Equatable, CustomStringConvertible {
    /// libpq is not there.
    case noLibrary(reason: String)
    /// The address cannot be one; what it says is not repeated, for it may hold a password.
    case address(reason: String)
    /// No server answered, or it did not let us in.
    case unreachable(server: String, reason: String)
    /// The connection broke.
    case lost(server: String, reason: String)
    /// The server refused a statement; `state` is its SQLSTATE.
    case failed(server: String, state: String, reason: String)

    /// A sentence with the facts and what to do.
    public var description: String {
        switch self {
        case .noLibrary(let reason):
            "PostgreSQL's client library is missing (\(reason)); install it: `apt-get install libpq5` on Debian and Ubuntu."
        case .address(let reason): "the address of the PostgreSQL server \(reason)."
        case .unreachable(let server, let reason): "\(server) cannot be reached: \(reason)."
        case .lost(let server, let reason):
            "\(server): the connection was lost: \(reason); run the command again."
        case .failed(let server, let state, let reason):
            "\(server): the server refused: \(reason)\(Self.advice(state))."
        }
    }

    /// The SQLSTATE of a statement that the server refused.
    public var state: String? {
        if case .failed(_, let state, _) = self { state } else { nil }
    }

    private static func advice(_ state: String) -> String {
        switch state {
        case "57014":
            "; a statement_timeout of the server or the role may be too short: add "
                + "options=-c%20statement_timeout%3D0 to the address"
        case "42501": "; ask for the right, or name a schema of your own with ?schema="
        case "25006": "; this server takes no changes: give the address of the primary one"
        default: ""
        }
    }
}
