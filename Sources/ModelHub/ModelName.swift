import Foundation

/// What the user calls a model that can be fetched: `owner/name`, `owner/name/file.gguf`, each with `@revision` or not.
struct ModelName: Equatable {
    let repository: String
    let file: String?
    let revision: String

    init(_ text: String) throws(HubError) {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let revision = halves.count == 2 ? halves[1] : "main"
        let isPlain =
            (parts + revision.split(separator: "/", omittingEmptySubsequences: false).map(String.init))
            .allSatisfy(isPlainName)
        guard isPlain, parts.count >= 2, parts.count == 2 || parts[parts.count - 1].hasSuffix(".gguf") else {
            throw .wrongName(text)
        }
        repository = "\(parts[0])/\(parts[1])"
        file = parts.count == 2 ? nil : parts[2...].joined(separator: "/")
        self.revision = revision
    }
}

/// Whether this can be one component of a path or an address: no `..`, nothing hidden, no odd characters.
func isPlainName(_ component: String) -> Bool {
    !component.isEmpty && !component.hasPrefix(".")
        && component.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-+".contains($0)) }
}
