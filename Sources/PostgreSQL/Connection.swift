import CPostgreSQL
import Foundation

/// A connection to a PostgreSQL server, through libpq. Threads take turns.
///
/// Values reach the server beside a statement, never in it.
@safe public final class Connection: @unchecked Sendable {
    /// The server as people may see it.
    public let server: String
    private let handle: OpaquePointer
    private let lock = NSRecursiveLock()
    private let address: ServerAddress
    /// The seconds that a statement may go without a word of the server; it is to be set before others use the connection.
    public var patience = 30.0
    /// Why nothing more is asked.
    private var fault: ServerError?

    /// The most bytes of the values that a statement gives.
    private static let mostBytes = 256 << 20

    /// Connects within ten seconds, unless the address says otherwise.
    public init(_ address: ServerAddress) throws(ServerError) {
        try openLibrary()
        (server, self.address) = (address.masked, address)
        let settings = [
            ("connect_timeout", "10"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
            ("keepalives_count", "3"), ("fallback_application_name", "sft-probe"),
            ("dbname", address.connection), ("client_encoding", "UTF8"),
        ]
        var late: CInt = 0
        let connected = unsafe withCStrings(settings.map(\.0)) { keywords in
            unsafe withCStrings(settings.map(\.1)) { values in unsafe libpq_connect(keywords, values, &late) }
        }
        guard let connected = unsafe connected else {
            throw .unreachable(server: server, reason: "there is no memory for a connection")
        }
        unsafe handle = connected
        guard unsafe libpq_is_up(handle) != 0 else {
            guard late == 0 else {
                throw .unreachable(server: server, reason: "timeout expired: no connection after \(late) s")
            }
            let advice =
                unsafe libpq_wanted_password(handle) != 0
                ? "; give the right password in PGPASSWORD or ~/.pgpass" : ""
            let said = unsafe oneLine(libpq_error(handle))
            throw .unreachable(server: server, reason: address.hidingPasswords(in: said) + advice)
        }
    }

    deinit { unsafe libpq_finish(handle) }

    /// The server's version, as 150004 for 15.4.
    public var version: Int { Int(unsafe libpq_server_version(handle)) }

    /// Runs one statement.
    ///
    /// - Parameters:
    ///   - sql: the statement, with $1, $2, … where values go.
    ///   - parameters: the values of $1, $2, …; nil is a null.
    ///   - binary: whether values come in the server's binary form.
    @discardableResult
    public func run(
        _ sql: String, _ parameters: [String?] = [], binary: Bool = false
    ) throws(ServerError) -> Rows {
        guard !parameters.contains(where: { $0?.utf8.contains(0) ?? false }) else {
            throw .failed(server: server, state: "22021", reason: "a text holds the zero character")
        }
        lock.lock()
        defer { lock.unlock() }
        if let fault { throw fault }
        let sent = unsafe withCStrings(parameters) { values in
            unsafe libpq_send(handle, sql, CInt(parameters.count), values, binary ? 1 : 0)
        }
        guard sent == 1 else { throw broken() }
        return try results()
    }

    /// The rows of all results of a statement; of a COPY, none, for then it is the server that waits.
    private func results() throws(ServerError) -> Rows {
        var (all, bytes, failure) = (Rows(count: 0, columns: 0, values: []), 0, ServerError?.none)
        while let result = unsafe try nextResult() {
            defer { unsafe libpq_clear(result) }
            do throws(ServerError) {
                let rows = try unsafe rows(of: result)
                bytes += rows.byteCount
                all.append(rows)
            } catch {
                failure = failure ?? error
            }
            if bytes > Self.mostBytes {
                throw givenUp("it sent more than \(Self.mostBytes) bytes for one statement")
            }
            if unsafe libpq_status(result) == CInt(LIBPQ_COPY_IN.rawValue) { break }
        }
        if let failure { throw failure }
        return all
    }

    private func nextResult() throws(ServerError) -> OpaquePointer? {
        var isLate: CInt = 0
        let result = unsafe libpq_next_result(handle, patience, &isLate)
        if isLate != 0 { throw givenUp("it has said nothing for \(patience) s") }
        return unsafe result
    }

    /// Ends the use of a connection whose server cannot be waited for.
    private func givenUp(_ reason: String) -> ServerError {
        let error = ServerError.lost(server: server, reason: reason)
        fault = error
        return error
    }

    /// Runs what reads or changes several things as one: all of it happens, or nothing.
    @discardableResult
    public func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        lock.lock()
        defer { lock.unlock() }
        try run("BEGIN")
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            _ = try? run("ROLLBACK")
            throw error
        }
    }

    /// Fills a table: `COPY … FROM STDIN` and its rows.
    ///
    /// - Parameters:
    ///   - sql: the statement, `COPY table (columns) FROM STDIN`.
    ///   - count: the number of rows.
    ///   - row: adds row number `n` and ends it.
    public func copy(_ sql: String, count: Int, row: (_ n: Int, inout CopyRows) -> Void) throws(ServerError) {
        lock.lock()
        defer { lock.unlock() }
        try run(sql)
        var rows = CopyRows()
        for place in 0..<count {
            row(place, &rows)
            if rows.bytes.count > 1 << 16 || place + 1 == count {
                try put(rows.bytes)
                rows.forget()
            }
        }
        guard unsafe libpq_put_end(handle, nil) == 1 else { throw broken() }
        _ = try results()
    }

    private func put(_ bytes: [UInt8]) throws(ServerError) {
        let sent = unsafe bytes.withUnsafeBytes { bytes in
            unsafe libpq_put(handle, bytes.bindMemory(to: CChar.self).baseAddress, CInt(bytes.count))
        }
        if sent != 1 { throw broken() }
    }

    /// What the connection says went wrong, on one line.
    private var message: String { unsafe address.hidingPasswords(in: oneLine(libpq_error(handle))) }

    private func broken() -> ServerError { .lost(server: server, reason: message) }

    private func rows(of result: OpaquePointer?) throws(ServerError) -> Rows {
        let status = unsafe libpq_status(result)
        let good = [LIBPQ_COMMAND_OK, LIBPQ_TUPLES_OK, LIBPQ_COPY_IN, LIBPQ_SINGLE_TUPLE].map {
            CInt($0.rawValue)
        }
        guard good.contains(status) else {
            // What libpq itself reports, and classes 08 and 57P, mean that the server is gone or going.
            let state = unsafe field(UInt8(ascii: "C"), of: result)
            let isGone = state.isEmpty || state.hasPrefix("08") || state.hasPrefix("57P")
            guard unsafe libpq_is_up(handle) != 0 && !isGone else { throw broken() }
            let said = unsafe field(UInt8(ascii: "M"), of: result)
            let detail = unsafe field(UInt8(ascii: "D"), of: result)
            let reason = detail.isEmpty ? said : "\(said): \(detail)"
            throw .failed(server: server, state: state, reason: reason.isEmpty ? message : reason)
        }
        let (count, columns) = (unsafe libpq_rows(result), unsafe libpq_columns(result))
        var values: [[UInt8]?] = []
        values.reserveCapacity(Int(count * columns))
        for row in 0..<count {
            for column in 0..<columns {
                let length = Int(unsafe libpq_length(result, row, column))
                values.append(
                    unsafe libpq_value(result, row, column).map {
                        unsafe [UInt8](UnsafeRawBufferPointer(start: $0, count: length))
                    })
            }
        }
        return Rows(count: Int(count), columns: Int(columns), values: values)
    }
}

/// A field of an error.
private func field(_ name: UInt8, of result: OpaquePointer?) -> String {
    unsafe oneLine(libpq_error_field(result, CInt(name)))
}

/// Opens libpq: the file that SFT_PROBE_LIBPQ names, else the system's.
private func openLibrary() throws(ServerError) {
    let path = ProcessInfo.processInfo.environment["SFT_PROBE_LIBPQ"]
    if let reason = unsafe libpq_open(path) {
        throw .noLibrary(reason: unsafe String(cString: reason))
    }
}

/// A text of the library on one line, without its indented guesses and the period at its end.
private func oneLine(_ text: UnsafePointer<CChar>?) -> String {
    guard let text = unsafe text else { return "" }
    let lines = unsafe String(cString: text).split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("\t") }
    let line = lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "; ")
    return line.hasSuffix(".") ? String(line.dropLast()) : line
}

/// Gives texts to C as a list of pointers with a null at its end.
private func withCStrings<Value>(
    _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
    var copies = unsafe [UnsafePointer<CChar>?]()
    for text in texts { unsafe copies.append(text.map { unsafe UnsafePointer(strdup($0)) }) }
    unsafe copies.append(nil)
    defer { unsafe copies.forEach { unsafe free(UnsafeMutableRawPointer(mutating: $0)) } }
    return unsafe copies.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
}
