import Foundation

/// The address of a database, `postgresql://user@host:port/database?schema=name`.
///
/// It is libpq's (PostgreSQL's documentation, 34.1.1.2) with one parameter more: the schema.
public struct ServerAddress: Sendable, Equatable {
    /// What libpq gets.
    let connection: String
    /// What people get to see: no password.
    public let masked: String
    /// The schema, where one is named.
    public let schema: String?
    private let passwords: [String]

    /// A text in which libpq may repeat the address, without the passwords.
    func hidingPasswords(in text: String) -> String {
        passwords.reduce(text.replacing(connection, with: masked)) {
            $1.isEmpty ? $0 : $0.replacing($1, with: "***")
        }
    }

    /// Whether a text is meant as the address of a server.
    ///
    /// One without its slashes is too, and what names a password in libpq's other form: it is no path, and is not shown.
    public static func isAddress(_ text: String) -> Bool {
        let text = text.lowercased()
        return ["postgresql:", "postgres:"].contains { text.hasPrefix($0) } || text.contains("password=")
    }

    private static func scheme(_ text: String) -> String? {
        ["postgresql://", "postgres://"].first { text.lowercased().hasPrefix($0) }
    }

    /// Takes an address apart.
    ///
    /// - Throws: ``ServerError/address(reason:)`` where libpq would take a part of the password for something else, and
    ///   so might print it.
    public init(_ text: String) throws(ServerError) {
        guard let scheme = Self.scheme(text) else {
            throw .address(reason: "does not begin with postgresql://")
        }
        try requireEncoded(text)
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let rest = parts[0].dropFirst(scheme.count)
        let user = try Self.user(rest)
        guard !parts.dropFirst().joined().contains("@") else { throw Self.unencoded }
        var (kept, shown, schema, passwords) = ([String](), [String](), String?.none, [Substring]())
        for item in parts.dropFirst().joined().split(separator: "&") {
            let pair = item.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2 else {
                throw .address(reason: "has a parameter that is not name=value after its question mark")
            }
            let name = pair[0].removingPercentEncoding ?? ""
            if name == "schema" {
                schema = try Self.schema(pair[1].removingPercentEncoding ?? "")
            } else {
                kept.append(String(item))
            }
            let isSecret = name.lowercased().contains("password")
            if isSecret { passwords.append(pair[1]) }
            shown.append(isSecret ? "\(name)=***" : String(item))
        }
        self.schema = schema
        let place = rest.dropFirst(user.map { $0.count + 1 } ?? 0)
        connection = scheme + rest + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
        let name = user.map { $0.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false) }
        if let name, name.count == 2 { passwords.append(name[1]) }
        self.passwords = passwords.flatMap { [String($0), $0.removingPercentEncoding ?? ""] }
            .sorted { $0.count > $1.count }
        let login = name.map { $0[0] + ($0.count == 2 ? ":***@" : "@") } ?? ""
        masked = scheme + login + place + (shown.isEmpty ? "" : "?" + shown.joined(separator: "&"))
    }

    /// What stands before the @, as libpq finds it.
    private static func user(_ rest: Substring) throws(ServerError) -> Substring? {
        let signs = rest.filter { $0 == "@" }.count
        guard signs > 0 else { return nil }
        let login = rest.prefix { $0 != "@" }
        guard signs == 1, !login.contains("/") else { throw unencoded }
        return login
    }

    private static let unencoded = ServerError.address(
        reason: "has an @, / or ? in its user, password or parameters: write @ as %40, / as %2F and ? as %3F")

    private static func schema(_ name: String) throws(ServerError) -> String {
        let letters = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
        }
        guard letters, let first = name.utf8.first, !(0x30...0x39).contains(first), name.utf8.count <= 63,
            !name.hasPrefix("pg_")
        else {
            throw .address(
                reason:
                    "names a schema that is not of small letters, digits and _ (at most 63, no digit first, not pg_…)"
            )
        }
        return name
    }
}

/// Refuses what is not properly percent-encoded, for libpq repeats it in its message.
private func requireEncoded(_ text: String) throws(ServerError) {
    let bytes = Array(text.utf8)
    for place in bytes.indices where bytes[place] == UInt8(ascii: "%") {
        let digits = bytes[(place + 1)...].prefix(2)
        let isHex = digits.count == 2 && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        guard isHex, !digits.allSatisfy({ $0 == UInt8(ascii: "0") }) else {
            throw .address(reason: "has a % that two hexadecimal digits do not follow: write % itself as %25")
        }
    }
    guard !bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
        throw .address(reason: "has a space or a control character: percent-encode it")
    }
}
