public import Foundation

/// The folder where fetched models are kept: `models/<name>/…`, with `--` for each `/` of a name.
public struct ModelCache: Sendable {
    /// The cache's own folder; it need not exist.
    public let folder: String

    /// The folder that the environment asks for: `SFT_PROBE_CACHE`, else `sft-probe` in `XDG_CACHE_HOME` or in the
    /// home folder's `.cache`.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = value("HOME") ?? NSHomeDirectory()
        folder = value("SFT_PROBE_CACHE") ?? "\(value("XDG_CACHE_HOME") ?? "\(home)/.cache")/sft-probe"
    }

    /// The names of the models in the cache, in alphabetical order.
    public var models: [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/models")) ?? []
        return entries.filter { !$0.hasPrefix(".") }.map { $0.replacing("--", with: "/") }.sorted()
    }

    /// Where a model of this name is, or would be.
    func path(of name: String) -> String {
        "\(folder)/models/\(name.replacing("/", with: "--"))"
    }

    /// Where a model of this name is put together.
    func stagingPath(of name: String) -> String {
        "\(folder)/models/.partial/\(name.replacing("/", with: "--"))"
    }
}

/// The path of a model given by path or by its name: in the cache, else in that of the Hugging Face libraries.
public func resolveModel(
    _ nameOrPath: String, cache: ModelCache = ModelCache(), hubCache: HubCache = HubCache()
) throws(HubError) -> String {
    let exists = FileManager.default.fileExists(atPath:)
    if exists(nameOrPath) { return nameOrPath }
    if cache.models.contains(nameOrPath) { return cache.path(of: nameOrPath) }
    if let path = hubCache.path(of: nameOrPath) { return path }
    throw .notInCache(name: nameOrPath, cached: Set(cache.models + hubCache.models).sorted())
}
