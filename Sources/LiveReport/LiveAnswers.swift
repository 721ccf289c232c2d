import FlyingFox
import FlyingSocks
import Foundation

/// What a server says to a request.
struct LiveAnswers: Sendable {
    private let watcher: Watcher
    private let places = Places(LiveServer.listeners)
    private let host: String

    init(_ source: LiveSource, host: String) {
        watcher = Watcher(source)
        self.host = host
    }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard let asked = request.headers[.host], isOwn(asked) else {
            return plain(
                .misdirectedRequest,
                "This server is not known by that name; open the address that it printed.")
        }
        guard request.method == .GET else {
            var response = plain(.methodNotAllowed, "Only GET is understood here.")
            response.headers[HTTPHeader("Allow")] = "GET"
            return response
        }
        switch request.path {
        case "/":
            let (html, policy) = await watcher.page()
            var response = response(.ok, "text/html; charset=utf-8", HTTPBodySequence(data: Data(html.utf8)))
            response.headers[HTTPHeader("Content-Security-Policy")] = policy + "; frame-ancestors 'none'"
            return response
        case "/events":
            guard let place = places.take() else {
                return plain(.serviceUnavailable, "Too many pages listen already; close some.")
            }
            return response(
                .ok, "text/event-stream", HTTPBodySequence(from: LiveEvents(watcher: watcher, place: place)))
        default: return plain(.notFound, "There is nothing here; the page is at /.")
        }
    }

    /// Whether a request's `Host` is a name of this server that cannot be pointed here by a stranger's name server: an
    /// address, `localhost`, or this machine's own name.
    private func isOwn(_ header: String) -> Bool {
        let name = nameWithoutPort(header)
        return ["localhost", host.lowercased(), ProcessInfo.processInfo.hostName.lowercased()].contains(name)
            || (try? sockaddr_in.inet(ip4: name, port: 0)) != nil
            || (try? sockaddr_in6.inet6(ip6: name, port: 0)) != nil
    }

    private func plain(_ status: HTTPStatusCode, _ text: String) -> HTTPResponse {
        response(status, "text/plain; charset=utf-8", HTTPBodySequence(data: Data((text + "\n").utf8)))
    }

    private func response(_ status: HTTPStatusCode, _ type: String, _ body: HTTPBodySequence) -> HTTPResponse
    {
        HTTPResponse(
            statusCode: status,
            headers: [
                .contentType: type, .cacheControl: "no-store",
                HTTPHeader("X-Content-Type-Options"): "nosniff",
                HTTPHeader("Referrer-Policy"): "no-referrer",
                HTTPHeader("Cross-Origin-Resource-Policy"): "same-origin",
            ], body: body)
    }
}

/// The name in a `Host` header, in small letters: `[::1]:80` is `::1`.
func nameWithoutPort(_ header: String) -> String {
    let text = header.lowercased()
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
        return String(text[text.index(after: text.startIndex)..<end])
    }
    return String(text.prefix { $0 != ":" })
}
