import FlyingFox
import Foundation
import ModelHub
import Synchronization
import Testing

// Servers in trouble, names that lead elsewhere, files in pieces, and pulls that are stopped.
extension PullTests {
    @Test func aServerInTroubleIsAskedAgain() async throws {
        let hub = FakeHub(Self.files) { _, count, _ in
            count <= 2 ? HTTPResponse(statusCode: .serviceUnavailable) : nil
        }
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            let path = try await pull(from: address, into: folder)
            #expect(bytes(path + "/model.safetensors") == Self.weights)
        }
        #expect(hub.seen.count == 9)
    }

    @Test func patienceEnds() async throws {
        let hub = FakeHub(Self.files) { _, _, _ in HTTPResponse(statusCode: .serviceUnavailable) }
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            let url = "\(address)/api/models/owner/model/revision/main"
            await #expect(throws: HubError.unreachable(url: url, reason: "it answered 503")) {
                try await pull(from: address, into: folder)
            }
        }
        #expect(hub.seen.count == 5)
        await #expect(throws: HubError.self) { try await pull(from: "http://127.0.0.1:1", into: folder) }
    }

    @Test(arguments: ["../x.safetensors", "/etc/passwd", "a/../../b", "a//b", "..\\\\x", ""])
    func namesThatLeadElsewhereAreRefused(name: String) async throws {
        let hub = FakeHub(Self.files, siblings: "{\"rfilename\":\"config.json\"},{\"rfilename\":\"\(name)\"}")
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            do throws(HubError) {
                _ = try await pull(from: address, into: folder)
                Issue.record("accepted \(name)")
            } catch {
                #expect(error.description.contains("it has a file named"))
            }
        }
        #expect(hub.seen.count == 1)
    }

    @Test(arguments: [Int.max, Int.min, -1, 1 << 50 + 1]) func sizesThatNoFileHasAreRefused(size: Int)
        async throws
    {
        let siblings =
            "{\"rfilename\":\"config.json\",\"size\":2},{\"rfilename\":\"model.safetensors\",\"size\":\(size)}"
        let hub = FakeHub(Self.files, siblings: siblings)
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            do throws(HubError) {
                _ = try await pull(from: address, into: folder)
                Issue.record("accepted \(size)")
            } catch {
                #expect(error.description.contains("is said to have \(size) bytes"))
            }
        }
        #expect(hub.seen.count == 1)
    }

    @Test func oneGGUFFileIsAModel() async throws {
        let hub = FakeHub(["q/tiny.gguf": Self.weights, "README.md": Data("no".utf8)])
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            let path = try await pull("owner/model/q/tiny.gguf@main", from: address, into: folder)
            #expect(bytes(path + "/tiny.gguf") == Self.weights)
            #expect(folder.cache.models == ["owner/model/q/tiny.gguf@main"])
            do throws(HubError) {
                _ = try await pull("owner/model", from: address, into: folder)
                Issue.record("a repository without safetensors became a model")
            } catch {
                #expect(error.description.contains("choose one of owner/model/q/tiny.gguf"))
            }
        }
    }

    @Test func aLargeFileComesInPieces() async throws {
        let hub = FakeHub(Self.files)
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            let path = try await pull(from: address, into: folder, pieceSize: 100_000)
            #expect(bytes(path + "/model.safetensors") == Self.weights)
        }
        let ranges = hub.seen("model.safetensors").map { $0.headers["range"] }
        #expect(ranges == ["bytes=0-99999", "bytes=100000-199999", "bytes=200000-299999"])
    }

    /// A server that names no version cannot be asked for a second piece, so it is asked for all.
    @Test func piecesOfDifferentVersionsAreNeverJoined() async throws {
        let hub = FakeHub(Self.files) { path, _, _ in
            guard path == Self.weightsPath else { return nil }
            return HTTPResponse(
                statusCode: HTTPStatusCode(206, phrase: "Partial Content"),
                headers: [HTTPHeader("Content-Range"): "bytes 0-99999/300000"],
                body: Self.weights.prefix(100_000))
        }
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            _ = await #expect(throws: HubError.self) {
                try await pull(from: address, into: folder, pieceSize: 100_000)
            }
        }
        #expect(
            hub.seen("model.safetensors").map { $0.headers["range"] } == [
                "bytes=0-99999", nil, nil, nil, nil,
            ])
    }

    /// Killed between the last byte and the renaming: the bytes that are here are taken.
    @Test func whatIsWholeAlreadyIsTaken() async throws {
        let hub = FakeHub(Self.files)
        let folder = try TemporaryFolder()
        let staging = folder.path + "/models/.partial/owner--model"
        try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: true)
        for (name, data) in [
            (".commit", Data("c0ffee".utf8)), ("model.safetensors.part", Self.weights),
            ("model.safetensors.part.etag", Data("\"300000\"".utf8)),
        ] {
            try data.write(to: URL(filePath: "\(staging)/\(name)"))
        }
        try await serving(hub) { address in
            let path = try await pull(from: address, into: folder)
            #expect(bytes(path + "/model.safetensors") == Self.weights)
        }
        #expect(hub.seen("model.safetensors").isEmpty)
    }

    /// A server that always breaks off and names no version would have us start over for ever.
    @Test func startingOverEnds() async throws {
        let hub = FakeHub(Self.files) { path, _, _ in
            path == Self.weightsPath ? broken(Self.weights, after: 120_000, tag: "W/\"1\"") : nil
        }
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            _ = await #expect(throws: HubError.self) { try await pull(from: address, into: folder) }
        }
        #expect(hub.seen("model.safetensors").count == 5)
    }

    @Test func stoppingKeepsWhatCame() async throws {
        let hub = FakeHub(Self.files) { path, _, _ in
            path == Self.weightsPath ? broken(Self.weights, after: 120_000) : nil
        }
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            let (started, go) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await pull(from: address, into: folder) { step in
                    if step.file == "model.safetensors" { go.yield() }
                }
            }
            for await _ in started { break }
            task.cancel()
            let result = await task.result
            #expect(throws: HubError.self) { try result.get() }
            let part = folder.path + "/models/.partial/owner--model/model.safetensors.part"
            #expect((bytes(part)?.count ?? 0) > 0)
        }
    }
}
