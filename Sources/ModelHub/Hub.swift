public import Foundation
import HTTP

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A server that offers models the way the Hugging Face hub does.
public struct Hub: Sendable {
    let endpoint: URL
    let token: String?
    /// How long to wait before the second attempt; each further one waits twice as long, up to sixteen times.
    let firstDelay: Duration
    /// The bytes of a file asked for at once: what a broken connection may cost is looked at that often.
    let pieceSize: Int

    /// The server and the right to use it, as the environment says: `HF_ENDPOINT` and `HF_TOKEN`.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(HubError) {
        try self.init(environment: environment, firstDelay: .milliseconds(500), pieceSize: 256 << 20)
    }

    package init(
        environment: [String: String], firstDelay: Duration, pieceSize: Int
    ) throws(HubError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let address = value("HF_ENDPOINT") ?? "https://huggingface.co"
        guard let endpoint = URL(string: address), ["http", "https"].contains(endpoint.scheme),
            endpoint.host() != nil
        else {
            let shown = address.contains("@") ? "…" : address
            throw .wrongSetting(variable: "HF_ENDPOINT", value: shown, expected: "an https address")
        }
        self.endpoint = endpoint
        self.firstDelay = firstDelay
        self.pieceSize = pieceSize
        token = value("HF_TOKEN")
        guard token?.allSatisfy({ $0.isASCII && !$0.isWhitespace }) ?? true else {
            throw .wrongSetting(variable: "HF_TOKEN", value: "…", expected: "a token without spaces")
        }
    }

    /// A request to this server. The token goes here and nowhere else.
    func request(_ path: [String], query: String? = nil) -> URLRequest {
        let escaped = path.map { part in
            part.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", ".", "_", "~"]))
                ?? part
        }
        let base = endpoint.absoluteString.hasSuffix("/") ? "" : "/"
        let address =
            endpoint.absoluteString + base + escaped.joined(separator: "/") + (query.map { "?\($0)" } ?? "")
        guard let url = URL(string: address) else { preconditionFailure("not an address: \(address)") }
        var request = URLRequest(url: url)
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        return request
    }

    /// What to tell the user about an answer other than success.
    func refusal(_ status: Int, url: String, repository: String) -> HubError {
        let page = "\(endpoint.shown)/\(repository)"
        let advice =
            switch status {
            case 401, 403:
                "check the name; if the model is gated, accept its licence at \(page) and set HF_TOKEN to a token "
                    + "that may read it"
            case 404: "check the spelling of the model, the file and the revision"
            case 429: "too many requests: wait some minutes, or set HF_TOKEN"
            default: "try again later"
            }
        return .refused(url: url, status: status, advice: advice)
    }
}
