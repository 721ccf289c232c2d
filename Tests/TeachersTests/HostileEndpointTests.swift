import FlyingFox
import Foundation
import HTTP
import Records
import Teachers
import TestServers
import Testing

/// Endpoints that want the key for others, or have us take more than a reply.
@Suite struct HostileEndpointTests {
    static let request = TeacherRequest(
        [Message(role: "user", content: "hello")], temperature: 0, maxTokens: 8, seed: 0)

    private func teacher(_ address: String, timeout: Double = 30) throws -> EndpointTeacher {
        try EndpointTeacher(
            address: address, model: "m", key: "secret", price: nil, requestsPerMinute: 1_000_000,
            timeout: timeout, firstDelay: .milliseconds(1))
    }

    @Test(arguments: [301, 302, 303, 307, 308]) func theKeyStaysWithItsServer(status: Int) async throws {
        let other = FakeEndpoint { _, _ in try FakeEndpoint.says("stolen") }
        try await other.serving { elsewhere in
            let endpoint = FakeEndpoint { _, _ in
                HTTPResponse(
                    statusCode: HTTPStatusCode(status, phrase: "Moved"),
                    headers: [.location: "\(elsewhere)/chat/completions"])
            }
            try await endpoint.serving { address in
                let teacher = try self.teacher(address)
                await #expect { try await teacher.reply(to: Self.request) } throws: {
                    guard case .refused(_, let found, let words)? = $0 as? TeacherError else { return false }
                    return found == status && words.contains("where the key is not sent")
                        && words.contains(elsewhere)
                }
            }
        }
        #expect(other.seen.isEmpty)
    }

    @Test func aRedirectionOnTheSameServerIsFollowed() async throws {
        let endpoint = FakeEndpoint { _, count in
            count == 1
                ? HTTPResponse(
                    statusCode: HTTPStatusCode(307, phrase: "Moved"),
                    headers: [.location: "/v1/chat/completions"])
                : try FakeEndpoint.says("here")
        }
        let reply = try await endpoint.serving { try await self.teacher($0).reply(to: Self.request) }
        #expect(reply == "here")
        let circle = FakeEndpoint { _, _ in
            HTTPResponse(
                statusCode: HTTPStatusCode(307, phrase: "Moved"), headers: [.location: "/v1/chat/completions"]
            )
        }
        await #expect(throws: TeacherError.self) {
            try await circle.serving { try await self.teacher($0).reply(to: Self.request) }
        }
        #expect(circle.seen.count <= 7)
    }

    @Test func theKeyIsNotSaidWhereARedirectionRepeatsIt() async throws {
        let endpoint = FakeEndpoint { _, _ in
            HTTPResponse(
                statusCode: HTTPStatusCode(302, phrase: "Moved"),
                headers: [.location: "http://elsewhere.example/secret?key=secret"])
        }
        try await endpoint.serving { address in
            let teacher = try self.teacher(address)
            await #expect { try await teacher.reply(to: Self.request) } throws: {
                !"\($0)".contains("secret") && "\($0)".contains("http://elsewhere.example/***")
            }
        }
    }

    /// What no later attempt would mend is said at once: an address that is none, or a certificate that is not trusted.
    @Test(arguments: ["http://127.0.0.1:99999/v1", "http://me:word@/v1", "http:///v1", "ftp://host/v1"])
    func addressesThatAreNone(address: String) {
        #expect(throws: TeacherError.self) { try self.teacher(address) }
    }

    @Test func theLoginOfAProxyIsNotSaid() {
        let words = "Unsupported proxy syntax in 'http://me:pass/w@rd@[::1/x', see http://curl.se"
        #expect(
            hidingLogins(in: words) == "Unsupported proxy syntax in 'http://***@[::1/x', see http://curl.se")
    }

    @Test func theKeyIsNeverSaidAndWordsAreFitForATerminal() async throws {
        let endpoint = FakeEndpoint { _, _ in
            HTTPResponse(
                statusCode: .unauthorized, body: Data("\u{1B}[2J bad key: Bearer secret\nsecret".utf8))
        }
        try await endpoint.serving { address in
            let named = address.replacing("http://", with: "http://me:hidden@")
            for teacher in [try self.teacher(address), try self.teacher(named)] {
                await #expect { try await teacher.reply(to: Self.request) } throws: {
                    let words = "\($0)"
                    return !words.contains("secret") && !words.contains("hidden") && !words.contains("\u{1B}")
                        && !words.contains("\n") && words.contains("bad key: Bearer ***")
                }
            }
        }
    }

    /// The beginning of a server's words ends within the key.
    @Test(arguments: [297, 299, 1997]) func noPartOfTheKeyIsSaid(before: Int) async throws {
        let words = String(repeating: "x", count: before) + "secret and more"
        let endpoint = FakeEndpoint { _, _ in HTTPResponse(statusCode: .unauthorized, body: Data(words.utf8))
        }
        try await endpoint.serving { address in
            let teacher = try self.teacher(address)
            await #expect { try await teacher.reply(to: Self.request) } throws: {
                guard case .refused(_, _, let said)? = $0 as? TeacherError else { return false }
                return said.count == 300 && !said.contains("s")
            }
        }
    }

    @Test func aReplyHasABound() async throws {
        let endpoint = FakeEndpoint { _, _ in
            HTTPResponse(statusCode: .ok, body: Data(repeating: UInt8(ascii: "a"), count: 17 << 20))
        }
        try await endpoint.serving { address in
            let teacher = try self.teacher(address)
            await #expect { try await teacher.reply(to: Self.request) } throws: {
                "\($0)".contains("longer than 16777216 bytes")
            }
        }
    }

    @Test func aKeyThatCouldEndItsLineIsRefused() {
        #expect(throws: TeacherError.self) {
            try EndpointTeacher(address: "http://localhost/v1", model: "m", key: "a\r\nX: y", price: nil)
        }
    }
}
