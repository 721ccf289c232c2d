import Foundation
import ModelHub
import Testing

/// The cache of the Hugging Face libraries.
@Suite struct HubCacheTests {
    private let folder: TemporaryFolder
    private let cache: HubCache
    private let commit = String(repeating: "0a", count: 20)

    init() throws {
        folder = try TemporaryFolder()
        cache = HubCache(environment: ["HF_HUB_CACHE": folder.path])
    }

    private func make(_ model: String, _ files: [String: String]) throws {
        for (name, text) in files {
            let file = URL(filePath: "\(folder.path)/models--\(model)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    @Test func theEnvironmentSaysWhere() {
        let home = ["HOME": "/home/me"]
        func folder(_ more: [String: String]) -> String {
            HubCache(environment: home.merging(more) { $1 }).folder
        }
        #expect(folder([:]) == "/home/me/.cache/huggingface/hub")
        #expect(folder(["XDG_CACHE_HOME": "/x"]) == "/x/huggingface/hub")
        #expect(folder(["XDG_CACHE_HOME": "/x", "HF_HOME": "/y"]) == "/y/hub")
        #expect(folder(["HF_HOME": "/y", "HF_HUB_CACHE": "/z"]) == "/z")
    }

    @Test func aSnapshotIsFoundByItsBranchOrCommit() async throws {
        try make(
            "owner--name",
            [
                "refs/main": commit, "snapshots/\(commit)/config.json": "{}",
                "snapshots/\(commit)/tokenizer.json": "{}",
                "snapshots/\(commit)/model.safetensors": "x", "snapshots/\(commit)/part/m.gguf": "x",
            ])
        let snapshot = "\(folder.path)/models--owner--name/snapshots/\(commit)"
        #expect(cache.path(of: "owner/name") == snapshot)
        #expect(cache.path(of: "owner/name@\(commit)") == snapshot)
        #expect(cache.path(of: "owner/name/part/m.gguf") == "\(snapshot)/part/m.gguf")
        for other in ["owner/name@v2", "owner/other", "owner/name/n.gguf", "owner/name@..", "name", "../x"] {
            #expect(cache.path(of: other) == nil, "\(other)")
        }
        #expect(cache.models == ["owner/name"])
        let own = ModelCache(environment: ["SFT_PROBE_CACHE": folder.path + "/own"])
        #expect(try resolveModel("owner/name", cache: own, hubCache: cache) == snapshot)
        var found: [String] = []
        let pulled = try await pullModel("owner/name", into: own, besides: cache, found: { found.append($0) })
        #expect(pulled == snapshot && found == [snapshot], "nothing is fetched")
    }

    /// A download that was broken off lacks files, or has links to what has not come.
    @Test func anIncompleteSnapshotIsNone() throws {
        let place = "snapshots/\(commit)"
        try make(
            "a--b", ["refs/main": commit, "\(place)/config.json": "{}", "\(place)/tokenizer.json": "{}"])
        #expect(cache.path(of: "a/b") == nil)
        let weights = "\(folder.path)/models--a--b/\(place)/model.safetensors"
        try FileManager.default.createSymbolicLink(atPath: weights, withDestinationPath: "../../blobs/none")
        #expect(cache.path(of: "a/b") == nil && cache.models.isEmpty)
        let index = #"{"weight_map": {"x": "model-1.safetensors", "y": "model-2.safetensors"}}"#
        try make(
            "a--b", ["\(place)/model.safetensors.index.json": index, "\(place)/model-1.safetensors": "x"])
        #expect(cache.path(of: "a/b") == nil)
        try make("a--b", ["\(place)/model-2.safetensors": "x"])
        #expect(cache.path(of: "a/b") != nil)
    }

    /// The commit of a branch leads nowhere else.
    @Test func aStrangeBranchIsNone() throws {
        try make("a--b", ["refs/main": "../../../x"])
        #expect(cache.path(of: "a/b") == nil)
    }
}
