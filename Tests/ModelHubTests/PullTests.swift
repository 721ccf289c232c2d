import FlyingFox
import Foundation
import ModelHub
import Synchronization
import Testing

@Suite struct PullTests {
    /// 300,000 bytes that look like weights.
    static let weights = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })
    static let files = ["config.json": Data("{}".utf8), "model.safetensors": weights]
    static let weightsPath = "/owner/model/resolve/c0ffee/model.safetensors"

    func pull(
        _ name: String = "owner/model", from address: String, into folder: TemporaryFolder,
        token: String? = nil,
        pieceSize: Int = .max, progress: @escaping @Sendable (PullProgress) -> Void = { _ in }
    ) async throws(HubError) -> String {
        var environment = ["HF_ENDPOINT": address]
        environment["HF_TOKEN"] = token
        let hub = try Hub(environment: environment, firstDelay: .milliseconds(1), pieceSize: pieceSize)
        return try await pullModel(name, into: folder.cache, from: hub, progress: progress)
    }

    func bytes(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

    @Test func aWholeModelArrives() async throws {
        let more = [
            "tokenizer.json": Data("[]".utf8), "README.md": Data("no".utf8),
            "pytorch_model.bin": Data("no".utf8),
            "model.safetensors.index.json": Data("no".utf8),
            "model-00001-of-00002.safetensors": Data("no".utf8),
            "onnx/model.safetensors": Data("no".utf8), "empty.txt": Data(), "merges.txt": Data(),
        ]
        let hub = FakeHub(Self.files.merging(more) { $1 })
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            let last = Mutex<[String: PullProgress]>([:])
            let path = try await pull(from: address, into: folder) { step in
                last.withLock { $0[step.file] = step }
            }
            #expect(path == folder.path + "/models/owner--model")
            let found = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            #expect(found == [".commit", "config.json", "merges.txt", "model.safetensors", "tokenizer.json"])
            #expect(bytes(path + "/model.safetensors") == Self.weights)
            let count = Self.weights.count
            let end = last.withLock { $0["model.safetensors"] }
            #expect((end?.bytes, end?.total) == (count, count))
            #expect(try resolveModel("owner/model", cache: folder.cache) == path)

            let requests = hub.seen.count
            #expect(try await pull(from: address, into: folder) == path)
            #expect(hub.seen.count == requests + 1, "the second time only the commit is asked for")
        }
        #expect(hub.seen.allSatisfy { $0.headers["accept-encoding"] == "identity" })
        #expect(hub.seen.allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test func aCutConnectionIsCarriedOn() async throws {
        let hub = FakeHub(Self.files) { path, count, _ in
            path == Self.weightsPath && count == 1 ? broken(Self.weights, after: 120_000) : nil
        }
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            let path = try await pull(from: address, into: folder)
            #expect(bytes(path + "/model.safetensors") == Self.weights)
        }
        let requests = hub.seen("model.safetensors")
        #expect(requests.count == 2)
        #expect(requests.last?.headers["range"] == "bytes=120000-")
        #expect(requests.last?.headers["if-range"] == "\"300000\"")
    }

    @Test func aLaterPullCarriesOn() async throws {
        let hub = FakeHub(Self.files) { path, count, _ in
            guard path == Self.weightsPath else { return nil }
            return count == 1
                ? broken(Self.weights, after: 120_000)
                : count == 2 ? HTTPResponse(statusCode: .forbidden) : nil
        }
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            await #expect(throws: HubError.self) { try await pull(from: address, into: folder) }
            #expect(folder.cache.models == [], "a part of a model is not a model")
            let path = try await pull(from: address, into: folder)
            #expect(bytes(path + "/model.safetensors") == Self.weights)
        }
        #expect(hub.seen("config.json").count == 1, "what is whole is not fetched again")
        #expect(
            hub.seen("model.safetensors").map { $0.headers["range"] } == [
                nil, "bytes=120000-", "bytes=120000-",
            ])
    }

    /// Three servers that do not carry on: one ignores the wish, one has another file now, one never says which it has.
    @Test(arguments: ["\"300000\"", "\"other\"", "W/\"300000\""])
    func aServerThatSendsAllAgainIsUnderstood(tag: String) async throws {
        let hub = FakeHub(Self.files) { path, count, _ in
            guard path == Self.weightsPath else { return nil }
            return count == 1
                ? broken(Data(Self.weights.reversed()), after: 120_000, tag: tag)
                : HTTPResponse(statusCode: .ok, body: Self.weights)
        }
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            let path = try await pull(from: address, into: folder)
            #expect(bytes(path + "/model.safetensors") == Self.weights)
        }
        #expect(
            hub.seen("model.safetensors").last?.headers["range"]
                == (tag.hasPrefix("W/") ? nil : "bytes=120000-"))
    }

    @Test func aRangeThatCannotBeServedStartsOver() async throws {
        let hub = FakeHub(Self.files) { path, count, _ in
            guard path == Self.weightsPath else { return nil }
            return count == 1
                ? broken(Self.weights, after: 120_000)
                : count == 2
                    ? HTTPResponse(statusCode: HTTPStatusCode(416, phrase: "Range Not Satisfiable")) : nil
        }
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            let path = try await pull(from: address, into: folder)
            #expect(bytes(path + "/model.safetensors") == Self.weights)
        }
        #expect(hub.seen("model.safetensors").map { $0.headers["range"] } == [nil, "bytes=120000-", nil])
    }

    @Test(arguments: ["api", "header", "size"])
    func wrongBytesAreNotKept(announcedBy: String) async throws {
        let wrong = String(repeating: "0", count: 64)
        let fact =
            switch announcedBy {
            case "api": ",\"lfs\":{\"sha256\":\"\(wrong)\"}"
            case "size": ",\"size\":7"
            default: ""
            }
        let siblings = "{\"rfilename\":\"config.json\"},{\"rfilename\":\"model.safetensors\"\(fact)}"
        let hub = FakeHub(Self.files, siblings: siblings) { path, _, _ in
            guard announcedBy == "header", path == Self.weightsPath else { return nil }
            return HTTPResponse(
                statusCode: .ok, headers: [HTTPHeader("ETag"): "\"\(wrong)\""], body: Self.weights)
        }
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            do throws(HubError) {
                _ = try await pull(from: address, into: folder)
                Issue.record("accepted wrong bytes")
            } catch {
                let found = announcedBy == "size" ? "300000" : sha256(of: Self.weights)
                let expected = announcedBy == "size" ? "7 bytes" : "SHA-256 \(wrong)"
                let file = folder.path + "/models/.partial/owner--model/model.safetensors"
                #expect(error == .damaged(file: file, expected: expected, found: found))
                let left =
                    FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
                #expect(!left.contains { $0.contains("safetensors") }, "\(left)")
            }
        }
        #expect(folder.cache.models == [])
    }

    /// A redirection to another origin: no token there, and the digest that the hub announces on the way is used.
    @Test(arguments: [true, false])
    func theTokenStaysWithTheHub(hasRightDigest: Bool) async throws {
        let store = FakeHub([:]) { _, _, _ in HTTPResponse(statusCode: .ok, body: Self.weights) }
        let folder = try TemporaryFolder()
        try await serving(store) { elsewhere in
            let digest = hasRightDigest ? sha256(of: Self.weights) : String(repeating: "1", count: 64)
            let hub = FakeHub(Self.files) { path, _, _ in
                guard path == Self.weightsPath else { return nil }
                let headers: HTTPHeaders = [
                    HTTPHeader("Location"): elsewhere + "/blob", HTTPHeader("X-Linked-Etag"): "\"\(digest)\"",
                ]
                return HTTPResponse(statusCode: .found, headers: headers)
            }
            try await serving(hub) { address in
                if hasRightDigest {
                    let path = try await pull(from: address, into: folder, token: "hf_secret")
                    #expect(bytes(path + "/model.safetensors") == Self.weights)
                } else {
                    await #expect(throws: HubError.self) {
                        try await pull(from: address, into: folder, token: "hf_secret")
                    }
                }
            }
            #expect(hub.seen.count == 3)
            #expect(hub.seen.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
        }
        #expect(store.seen.count == 1)
        #expect(store.seen.allSatisfy { $0.headers["authorization"] == nil })
        #expect(store.seen.allSatisfy { !$0.headers.values.contains { $0.contains("secret") } })
    }

    @Test(arguments: [
        (401, "accept its licence at "), (403, "set HF_TOKEN"), (404, "check the spelling"),
        (429, "too many requests"),
    ])
    func aRefusalSaysWhatToDo(status: Int, advice: String) async throws {
        let hub = FakeHub(Self.files) { _, _, _ in
            HTTPResponse(statusCode: HTTPStatusCode(status, phrase: "No"))
        }
        let folder = try TemporaryFolder()
        try await serving(hub) { address in
            do throws(HubError) {
                _ = try await pull(from: address, into: folder)
                Issue.record("pulled in spite of \(status)")
            } catch {
                #expect(error.description.contains(advice) && error.description.contains("\(status)"))
            }
        }
        #expect(hub.seen.count == 1, "asking again would not help")
    }
}
