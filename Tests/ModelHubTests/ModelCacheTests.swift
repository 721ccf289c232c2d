import Foundation
import ModelHub
import Testing

@Suite struct ModelCacheTests {
    @Test func theEnvironmentSaysWhere() {
        let home = ["HOME": "/home/me"]
        #expect(ModelCache(environment: home).folder == "/home/me/.cache/sft-probe")
        let xdg = home.merging(["XDG_CACHE_HOME": "/x"]) { $1 }
        #expect(ModelCache(environment: xdg).folder == "/x/sft-probe")
        #expect(ModelCache(environment: xdg.merging(["SFT_PROBE_CACHE": "/y"]) { $1 }).folder == "/y")
        #expect(
            ModelCache(environment: home.merging(["SFT_PROBE_CACHE": ""]) { $1 }).folder
                == "/home/me/.cache/sft-probe")
    }

    @Test func aPathIsItself() throws {
        #expect(try resolveModel("/tmp", cache: TemporaryFolder().cache) == "/tmp")
    }

    @Test func whatIsMissingIsNamedWithWhatIsThere() throws {
        let folder = try TemporaryFolder()
        for name in ["owner--other", ".partial"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/models/\(name)", withIntermediateDirectories: true)
        }
        let error = HubError.notInCache(name: "owner/model", cached: ["owner/other"])
        let hubCache = HubCache(environment: ["HF_HUB_CACHE": folder.path + "/none"])
        #expect(throws: error) {
            try resolveModel("owner/model", cache: folder.cache, hubCache: hubCache)
        }
        #expect(error.description.hasSuffix("nor in the cache, which holds owner/other."))
        #expect(throws: HubError.self) { try resolveModel("../../nothing", cache: folder.cache) }
        let path = HubError.notInCache(name: "./model", cached: [])
        #expect(path.description == "./model: there is no such file or folder.")
    }

    @Test(arguments: [
        "model", "a/b/c", "../b", "a/..", "a/b@", "a/b@../x", "a/b c", "", "a//b", "/a/b", "a/b/.gguf",
    ])
    func namesOfNothingAreRefused(name: String) async throws {
        let cache = try TemporaryFolder().cache
        await #expect(throws: HubError.wrongName(name)) { try await pullModel(name, into: cache) }
    }

    @Test(arguments: [["HF_ENDPOINT": "ftp://x"], ["HF_ENDPOINT": "nonsense"], ["HF_TOKEN": "a\nb: c"]])
    func settingsThatCannotBeUsedAreRefused(environment: [String: String]) {
        #expect(throws: HubError.self) { try Hub(environment: environment) }
    }

    /// Digests from FIPS 180-2, and of more bytes than are read at once.
    @Test func digestsAreTheStandards() throws {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        let million = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(sha256(of: Data("abc".utf8)) == abc)
        let folder = try TemporaryFolder()
        let path = folder.path + "/million"
        try Data(repeating: UInt8(ascii: "a"), count: 1_000_000).write(to: URL(filePath: path))
        #expect(try sha256(ofFile: path) == million)
        try Data(repeating: 0, count: 3 << 20).write(to: URL(filePath: path))
        #expect(try sha256(ofFile: path) == sha256(of: Data(count: 3 << 20)))
        #expect(throws: HubError.self) { try sha256(ofFile: folder.path + "/none") }
    }
}

/// A cache that is removed with the value.
final class TemporaryFolder: Sendable {
    let path = NSTemporaryDirectory() + "model-hub-" + UUID().uuidString
    var cache: ModelCache { ModelCache(environment: ["SFT_PROBE_CACHE": path]) }

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
