import Foundation
import HTTP
import Records
import Synchronization
import Teachers
import TestServers
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Servers that send without end, faster than their bytes are taken.
@Suite struct EndlessBodyTests {
    private struct Enough: Error {}

    /// What is not taken yet waits with the server, but for the buffers of the system and of a few pieces.
    @Test(.timeLimit(.minutes(1))) func theServerIsSlowedDown() async throws {
        let server = try EndlessServer()
        defer { server.stop() }
        let request = URLRequest(url: try #require(URL(string: server.address)))
        let taken = Atomic<Int>(0)
        let bounds = Bounds(bytes: nil, seconds: 30, followsOtherOrigins: false)
        let outcome = await Exchange<Enough>.run(request, within: bounds) { _, _ in
            { (data) throws(Enough) in
                if taken.add(data.count, ordering: .relaxed).newValue > 1 << 18 { throw Enough() }
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
        guard case .failed = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(server.sent < 32 << 20)
    }

    @Test(.timeLimit(.minutes(1))) func anAnswerWithoutEndIsRefused() async throws {
        let server = try EndlessServer()
        defer { server.stop() }
        let teacher = try EndpointTeacher(address: server.address, model: "m", key: nil, price: nil)
        let request = TeacherRequest(
            [Message(role: "user", content: "hello")], temperature: 0, maxTokens: 8, seed: 0)
        await #expect { try await teacher.reply(to: request) } throws: {
            "\($0)".contains("longer than 16777216 bytes")
        }
    }
}
