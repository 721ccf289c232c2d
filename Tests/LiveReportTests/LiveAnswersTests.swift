import FlyingFox
import Foundation
import TestSupport
import Testing

@testable import LiveReport

@Suite struct LiveAnswersTests {
    let run: LivePageTests.Run
    let answers: LiveAnswers

    init() throws {
        run = try LivePageTests.Run()
        try run.log(1...2)
        answers = LiveAnswers(try LiveSource(at: run.path), host: "localhost")
    }

    private func ask(_ path: String = "/", _ method: HTTPMethod = .GET, host: String? = "localhost:80") async
        -> HTTPResponse
    {
        await answers.answer(
            HTTPRequest(
                method: method, version: .http11, path: path, query: [],
                headers: host.map { [.host: $0] } ?? [:], body: Data()))
    }

    @Test func answersGetForItsPageAlone() async throws {
        let page = await ask()
        #expect(page.statusCode == .ok && page.headers[.contentType] == "text/html; charset=utf-8")
        #expect(String(decoding: try await page.bodyData, as: UTF8.self).contains("Live: run"))
        let policy = try #require(page.headers[HTTPHeader("Content-Security-Policy")])
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        for method in [HTTPMethod.POST, .PUT, .DELETE, .HEAD, .OPTIONS] {
            let refused = await ask("/", method)
            #expect(refused.statusCode == .methodNotAllowed && refused.headers[HTTPHeader("Allow")] == "GET")
        }
        for path in ["/run.json", "/../run.json", "/favicon.ico"] {
            #expect(await ask(path).statusCode == .notFound)
        }
    }

    @Test(arguments: [
        ("localhost", true), ("LOCALHOST:8180", true), ("127.0.0.1:8180", true), ("[::1]:8180", true),
        ("10.0.0.7", true),
        ("evil.example", false), ("evil.example:8180", false), ("127.0.0.1.evil.example", false), ("", false),
    ])
    func answersToNamesThatNobodyElseGives(_ host: String, _ isOwn: Bool) async {
        #expect(await (ask(host: host).statusCode == .ok) == isOwn)
        #expect(await ask("/events", host: host).statusCode == (isOwn ? .ok : .misdirectedRequest))
    }

    @Test func wantsAName() async { #expect(await ask(host: nil).statusCode == .misdirectedRequest) }

    @Test func sendsWhatChanges() async throws {
        let watcher = Watcher(try LiveSource(at: run.path))
        let place = try #require(Places(1).take())
        var events = LiveEvents(watcher: watcher, place: place).makeAsyncIterator()
        let first = try parts(of: try #require(try await events.nextBuffer(suggested: 4096)), number: 1)
        #expect(Set(first.keys) == ["heads", "progress", "curves", "steps", "checkpoints"])
        try run.log(1...3)
        let second = try parts(of: try #require(try await events.nextBuffer(suggested: 4096)), number: 2)
        #expect(Set(second.keys) == ["progress", "curves"])
        #expect(second["progress"]?.contains("step 3 of 40") == true)
    }

    private func parts(of event: [UInt8], number: Int) throws -> [String: String] {
        let text = String(decoding: event, as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines.count == 5 && lines[0] == "event: update" && lines[1] == "id: \(number)"
                && text.hasSuffix("\n\n"))
        return try JSONDecoder().decode([String: String].self, from: Data(lines[2].dropFirst(6).utf8))
    }

    @Test func boundsHowManyListen() async throws {
        var listening: [HTTPResponse] = []
        for _ in 0..<LiveServer.listeners { listening.append(await ask("/events")) }
        #expect(listening.allSatisfy { $0.statusCode == .ok })
        #expect(await ask("/events").statusCode == .serviceUnavailable)
        listening.removeLast()
        #expect(await ask("/events").statusCode == .ok)
    }
}
