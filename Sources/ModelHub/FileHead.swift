import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What the head of an answer says about a file and the part of it that follows.
struct FileHead: Sendable {
    let status: Int
    /// The part that was asked for follows, or another one.
    let isPart: Bool, isWrongPart: Bool
    /// The byte after the last one that follows, and the size of the file, if they are said.
    let end: Int?, size: Int?
    /// The server's name for these bytes.
    let tag: String?
    /// The digest of the file, if it serves as its name.
    let sha256: String?

    /// Whether what follows is the file's bytes.
    var isBody: Bool { status == 200 || isPart }

    init(_ response: HTTPURLResponse, _ redirections: [HTTPURLResponse], start: Int) {
        func header(_ name: String) -> String? { response.value(forHTTPHeaderField: name) }
        status = response.statusCode
        tag = header("ETag")
        let range = status == 206 ? header("Content-Range").flatMap(contentRange) : nil
        isPart = range?.start == start
        isWrongPart = status == 206 && !isPart
        end = status == 206 ? range?.end : header("Content-Length").flatMap(Int.init)
        size = status == 206 ? range?.size : end
        let linked = (redirections + [response]).compactMap { $0.value(forHTTPHeaderField: "X-Linked-Etag") }
        sha256 = (linked + [tag].compactMap(\.self)).lazy.compactMap(digestDigits).first
    }

    /// What an exchange that ended well amounts to when `count` bytes of the file are here.
    func attempt(having count: Int, moved: Bool) -> Attempt {
        if let end, count < end {
            return .again(reason: "the connection ended after \(count) of \(end) bytes", moved: moved)
        }
        if let size, count < size {
            return moved ? .more : .again(reason: "it sent a part that cannot be carried on", moved: false)
        }
        return .done
    }
}

/// The numbers of `bytes 5-9/10`: 5, 10 and 10.
private func contentRange(_ text: String) -> (start: Int, end: Int, size: Int?)? {
    guard let match = text.wholeMatch(of: /bytes ([0-9]{1,18})-([0-9]{1,18})\/([0-9]{1,18}|\*)/),
        let start = Int(match.1), let last = Int(match.2), start <= last
    else { return nil }
    return (start, last + 1, Int(match.3))
}
