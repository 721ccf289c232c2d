public import Foundation

extension URL {
    /// Whether two addresses have the same scheme, host and port.
    public func hasSameOrigin(as other: URL) -> Bool {
        scheme?.lowercased() == other.scheme?.lowercased()
            && host()?.lowercased() == other.host()?.lowercased()
            && usedPort == other.usedPort
    }

    private var usedPort: Int? { port ?? ["http": 80, "https": 443][scheme?.lowercased() ?? ""] }

    /// The address as people may see it: without the user and password before its host, and without its query, where
    /// servers like to put keys.
    public var shown: String {
        guard var parts = URLComponents(url: self, resolvingAgainstBaseURL: true) else { return "an address" }
        let hasLogin = parts.user != nil || parts.password != nil
        (parts.user, parts.password) = (nil, nil)
        parts.query = nil
        let text = parts.string ?? "an address"
        guard hasLogin, let scheme = parts.scheme else { return text }
        return text.replacing("\(scheme)://", with: "\(scheme)://***@", maxReplacements: 1)
    }
}

/// A text without the secrets that it repeats, each of which becomes `***`.
public func hiding(_ secrets: [String?], in text: String) -> String {
    var shown = text
    for secret in secrets.compactMap(\.self).sorted(by: { $0.count > $1.count }) where secret.count >= 4 {
        shown = shown.replacing(secret, with: "***")
        if let encoded = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) {
            shown = shown.replacing(encoded, with: "***")
        }
    }
    return shown
}

/// A text in which the user and the password of an address, `http://user:password@host`, are `***`.
public func hidingLogins(in text: String) -> String {
    text.replacing(/:\/\/[^\s'"]*@/, with: "://***@")
}
