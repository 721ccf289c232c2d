public import Foundation

/// The cache of the Hugging Face libraries, which is read and never written: `models--owner--name/snapshots/<commit>`, with
/// the commit of a branch in `refs/<branch>`.
public struct HubCache: Sendable {
    /// The cache's own folder; it need not exist.
    public let folder: String

    /// The folder that the environment asks for: `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else in `huggingface` in
    /// `XDG_CACHE_HOME` or in the home folder's `.cache`.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let caches = value("XDG_CACHE_HOME") ?? "\(value("HOME") ?? NSHomeDirectory())/.cache"
        folder = value("HF_HUB_CACHE") ?? "\(value("HF_HOME") ?? "\(caches)/huggingface")/hub"
    }

    /// The names of the models that are there, in alphabetical order.
    public var models: [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return entries.filter { $0.hasPrefix("models--") }
            .map { String($0.dropFirst("models--".count)).replacing("--", with: "/", maxReplacements: 1) }
            .filter { path(of: $0) != nil }.sorted()
    }

    /// Where a model is: the folder of `owner/name`, the file of `owner/name/file.gguf`, each with `@revision` or without,
    /// which means `main`; nil where it is not there as a whole.
    public func path(of name: String) -> String? {
        (try? ModelName(name)).flatMap(path)
    }

    func path(of name: ModelName) -> String? {
        let model = "\(folder)/models--\(name.repository.replacing("/", with: "--"))"
        let commit = (try? String(contentsOfFile: "\(model)/refs/\(name.revision)", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let snapshot = "\(model)/snapshots/\(commit ?? name.revision)"
        guard isPlainName(commit ?? name.revision) else { return nil }
        if let file = name.file { return exists("\(snapshot)/\(file)") ? "\(snapshot)/\(file)" : nil }
        return isWhole(snapshot) ? snapshot : nil
    }

    /// Whether a folder has a configuration, a tokenizer and all weights: a download that was broken off lacks some.
    private func isWhole(_ snapshot: String) -> Bool {
        guard exists("\(snapshot)/config.json"), exists("\(snapshot)/tokenizer.json") else { return false }
        if exists("\(snapshot)/model.safetensors") { return true }
        struct Index: Decodable { let weight_map: [String: String] }
        guard let data = FileManager.default.contents(atPath: "\(snapshot)/model.safetensors.index.json"),
            let index = try? JSONDecoder().decode(Index.self, from: data)
        else { return false }
        return Set(index.weight_map.values).allSatisfy { exists("\(snapshot)/\($0)") }
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
