import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension Hub {
    /// Fetches a file of a repository to `local`, carrying on from what an earlier attempt left there.
    ///
    /// It gets its name only when size and, where the hub announces one, SHA-256 are right.
    func download(
        _ file: Repository.File, of repository: Repository, to local: String,
        progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(HubError) {
        let path = [repository.name, "resolve", repository.commit, file.name].joined(separator: "/")
        let request = request(path.split(separator: "/").map(String.init))
        let url = request.url?.absoluteString ?? ""
        let part = PartFile(for: local)
        let announced = Latest<Announced>()
        try await retrying(url) { () async throws(HubError) -> Attempt in
            let start = part.resumable
            var request = request
            if let start {
                request.setValue("bytes=\(start.count)-", forHTTPHeaderField: "Range")
                request.setValue(start.tag, forHTTPHeaderField: "If-Range")
            }
            announced.value = nil
            let outcome = await Exchange.run(request) { (response, redirections) throws(HubError) in
                let head = Announced(response, redirections, start: start?.count)
                announced.value = head
                guard head.hasBody else { return { _ in } }
                try part.begin(continuing: head.continues, tag: head.tag)
                return { (data) throws(HubError) in
                    try part.append(data)
                    progress(PullProgress(file: file.name, bytes: part.count, total: file.size ?? head.size))
                }
            }
            let head = announced.value
            let moved =
                head?.hasBody == true && part.count > (head?.continues == true ? start?.count ?? 0 : 0)
            try part.close(sync: true)
            if start != nil, head?.status == 416 || head?.isWrongRange == true {
                part.discard()  // the server no longer has what the bytes here belong to
                return .again(reason: "it could not carry on", moved: false)
            }
            let attempt = try attempt(
                outcome, status: head?.status, url: url, repository: repository.name, file: file.name,
                moved: moved)
            if case .done = attempt, let size = head?.size, part.count < size {
                return .again(
                    reason: "the connection ended after \(part.count) of \(size) bytes", moved: moved)
            }
            return attempt
        }
        try part.finish(
            size: file.size ?? announced.value?.size, sha256: file.sha256 ?? announced.value?.sha256)
    }
}

/// What the head of an answer says about the file behind it.
private struct Announced: Sendable {
    let status: Int
    let continues: Bool
    let isWrongRange: Bool
    let size: Int?
    let tag: String?
    let sha256: String?

    var hasBody: Bool { status == 200 || continues }

    init(_ response: HTTPURLResponse, _ redirections: [HTTPURLResponse], start: Int?) {
        func header(_ name: String) -> String? { response.value(forHTTPHeaderField: name) }
        status = response.statusCode
        tag = header("ETag")
        let range = header("Content-Range").flatMap(contentRange)
        continues = status == 206 && start != nil && range?.start == start
        isWrongRange = status == 206 && !continues
        size = continues ? range?.total : header("Content-Length").flatMap(Int.init)
        let linked = (redirections + [response]).compactMap { $0.value(forHTTPHeaderField: "X-Linked-Etag") }
        sha256 = (linked + [tag].compactMap(\.self)).lazy.compactMap(digestDigits).first
    }
}

/// The first byte and the whole size of `bytes 5-9/10`.
private func contentRange(_ text: String) -> (start: Int, total: Int?)? {
    guard text.hasPrefix("bytes "), let dash = text.firstIndex(of: "-"), let slash = text.firstIndex(of: "/"),
        let start = Int(text[text.index(text.startIndex, offsetBy: 6)..<dash])
    else { return nil }
    return (start, Int(text[text.index(after: slash)...]))
}
