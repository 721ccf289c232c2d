import FlyingFox
import Foundation
import Records
import Teachers
import TestServers
import Testing

/// The endpoint teacher against a server on this machine.
@Suite struct EndpointTests {
    static let request = TeacherRequest(
        [Message(role: "user", content: "hello")], temperature: 0.5, maxTokens: 9, seed: 3)

    private func teacher(
        _ address: String, key: String? = "secret", price: EndpointTeacher.Price? = nil, timeout: Double = 600
    ) throws -> EndpointTeacher {
        try EndpointTeacher(
            address: address, model: "m", key: key, price: price, requestsPerMinute: 1_000_000,
            timeout: timeout,
            firstDelay: .milliseconds(5))
    }

    /// 429 with and without Retry-After, 500, garbage, an empty choice: tried again until it works.
    @Test func failuresAreTriedAgain() async throws {
        let endpoint = FakeEndpoint { _, count in
            switch count {
            case 1:
                HTTPResponse(
                    statusCode: .tooManyRequests, headers: [HTTPHeader("Retry-After"): "0"] as HTTPHeaders)
            case 2: HTTPResponse(statusCode: .internalServerError)
            case 3: HTTPResponse(statusCode: .ok, body: Data("<html>".utf8))
            case 4: HTTPResponse(statusCode: .ok, body: Data(#"{"choices": []}"#.utf8))
            default: try FakeEndpoint.says("world")
            }
        }
        let reply = try await endpoint.serving { try await self.teacher($0).reply(to: Self.request) }
        #expect(reply == "world" && endpoint.seen.count == 5)
    }

    @Test func silenceIsTriedAgainWithinBounds() async throws {
        let endpoint = FakeEndpoint { _, _ in
            try await Task.sleep(for: .seconds(20))
            return try FakeEndpoint.says("late")
        }
        try await endpoint.serving { address in
            let teacher = try self.teacher(address, timeout: 1)
            await #expect { try await teacher.reply(to: Self.request) } throws: {
                guard case .unavailable(_, let reason) = $0 as? TeacherError else { return false }
                return reason.contains("6 attempts")
            }
        }
    }

    @Test func refusalsAreFinal() async throws {
        let endpoint = FakeEndpoint { _, _ in try FakeEndpoint.says("never") }
        try await endpoint.serving { address in
            let teacher = try self.teacher(address, key: nil)
            await #expect { try await teacher.reply(to: Self.request) } throws: {
                guard case .refused(_, 404, let message) = $0 as? TeacherError else { return false }
                return message == "no such thing"
            }
        }
        #expect(endpoint.seen.count == 1)
        for address in ["", "ftp://x", "api.openai.com/v1", "http://"] {
            #expect(throws: TeacherError.self) { try self.teacher(address) }
        }
    }

    @Test func theCapOfCostHolds() async throws {
        let endpoint = FakeEndpoint { _, _ in try FakeEndpoint.says("ok", tokens: (1000, 500)) }
        try await endpoint.serving { address in
            let price = EndpointTeacher.Price(input: 1, output: 4, cap: 0.005)
            let teacher = try self.teacher(address, price: price)
            _ = try await teacher.reply(to: Self.request)
            #expect(abs(teacher.spent - 0.003) < 1e-12)
            _ = try await teacher.reply(to: Self.request)
            await #expect(throws: TeacherError.budget(spent: 0.006, cap: 0.005)) {
                try await teacher.reply(to: Self.request)
            }
        }
        #expect(endpoint.seen.count == 2)
    }
}
