import Foundation
import HTTP

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
        let url = request.url?.shown ?? ""
        let part = PartFile(for: local)
        let answer = Latest<FileHead>()
        var isInPieces = (file.size ?? 0) > pieceSize
        try await retrying(url) { () async throws(HubError) -> Attempt in
            let start = part.resumable
            if let start, start.count == file.size { return .done }
            answer.value = nil
            let asked = request.asking(from: start, atMost: isInPieces ? pieceSize : nil)
            // A little more than was announced is told apart by `finish`; without end it must not go on.
            let bounds = Bounds(
                bytes: file.size.map { $0 + 1 << 20 }, seconds: nil, followsOtherOrigins: true)
            let outcome = await Exchange<HubError>.run(asked, within: bounds) {
                (response, redirections) throws(HubError) in
                let head = FileHead(response, redirections, start: start?.count ?? 0)
                answer.value = head
                guard head.isBody else { return { _ in } }
                try part.begin(continuing: head.isPart && start != nil, tag: head.tag)
                return { (data) throws(HubError) in
                    try part.append(data)
                    progress(PullProgress(file: file.name, bytes: part.count, total: file.size ?? head.size))
                }
            }
            try part.close(sync: true)
            // Only bytes that can be carried on from count as progress; without a tag there is no second piece.
            let moved = (part.resumable?.count ?? 0) > (start?.count ?? 0)
            isInPieces = isInPieces && part.resumable != nil
            if let head = answer.value, head.status == 416 || head.isWrongPart {
                part.discard()  // the server no longer has what the bytes here belong to
                return .again(reason: "it sent another part than was asked for", moved: false)
            }
            let attempt = try attempt(
                outcome, status: answer.value?.status, url: url, repository: repository.name, file: file.name,
                moved: moved)
            guard case .done = attempt, let head = answer.value else { return attempt }
            return head.attempt(having: part.count, moved: moved)
        }
        try part.finish(size: file.size ?? answer.value?.size, sha256: file.sha256 ?? answer.value?.sha256)
    }
}

extension URLRequest {
    /// This request for the bytes after those that are here, as long as the file is still the same.
    fileprivate func asking(from start: (count: Int, tag: String)?, atMost count: Int?) -> URLRequest {
        var request = self
        let first = start?.count ?? 0
        if start != nil || count != nil {
            let last = count.map { "\(first + $0 - 1)" } ?? ""
            request.setValue("bytes=\(first)-\(last)", forHTTPHeaderField: "Range")
        }
        if let start { request.setValue(start.tag, forHTTPHeaderField: "If-Range") }
        return request
    }
}
