/// Whether a name can only be meant as a path: no model of a hub is called so.
public func looksLikePath(_ name: String) -> Bool {
    ["/", "./", "../", "~"].contains { name.hasPrefix($0) } || [".", ".."].contains(name)
        || [".safetensors", ".bin", "/"].contains { name.hasSuffix($0) }
        || (name.hasSuffix(".gguf") ? name.count { $0 == "/" } < 2 : name.count { $0 == "/" } > 1)
}

/// Why a model could not be found or fetched.
public enum HubError: Error, Equatable, CustomStringConvertible {
    /// This can be neither a known model nor a repository.
    case wrongName(String)
    /// Neither a path nor in the cache, which holds these.
    case notInCache(name: String, cached: [String])
    /// The environment variable holds something unusable.
    case wrongSetting(variable: String, value: String, expected: String)
    /// A program that fetches a model is missing or failed, with what it said.
    case programFailed(command: String, message: String)
    /// The server answered, but not with what was asked for.
    case refused(url: String, status: Int, advice: String)
    /// The server did not answer, or stopped, after all attempts.
    case unreachable(url: String, reason: String)
    /// The server's description of a model is not usable.
    case wrongAnswer(url: String, reason: String)
    /// The bytes that came are not the ones announced; they were discarded.
    case damaged(file: String, expected: String, found: String)
    /// Another process is fetching the same model.
    case busy(name: String)
    /// Stopped on request; what came so far is kept and used by the next attempt.
    case interrupted(file: String)
    /// A file could not be read.
    case unreadable(path: String, reason: String)
    /// A file could not be written.
    case unwritable(path: String, reason: String)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .wrongName(let name):
            "\"\(name)\" is not a model's name; give smollm2-135m, owner/name or owner/name/file.gguf, "
                + "with @revision behind it if you want a certain one."
        case .notInCache(let name, let cached):
            looksLikePath(name)
                ? "\(name): there is no such file or folder."
                : "\(name) is neither a path nor in the cache, which holds "
                    + (cached.isEmpty ? "nothing yet." : cached.joined(separator: ", ") + ".")
        case .wrongSetting(let variable, let value, let expected):
            "\(variable) is \"\(value)\"; set it to \(expected) or unset it."
        case .programFailed(let command, let message): "\(command) failed: \(message)"
        case .refused(let url, let status, let advice): "\(url) answered \(status); \(advice)."
        case .unreachable(let url, let reason):
            "\(url) could not be fetched: \(reason); what came so far is kept, try again."
        case .wrongAnswer(let url, let reason): "\(url) gave an answer that cannot be used: \(reason)."
        case .damaged(let file, let expected, let found):
            "\(file) is not what was announced: expected \(expected), found \(found); it was discarded, try again."
        case .busy(let name): "\(name) is being fetched by another process; wait for it."
        case .interrupted(let file): "Fetching \(file) was stopped; the next attempt carries on from there."
        case .unreadable(let path, let reason): "\(path) could not be read: \(reason)."
        case .unwritable(let path, let reason): "\(path) could not be written: \(reason)."
        }
    }
}
