import Foundation
import HTTP

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What the hub says about a repository at a revision.
struct Repository: Sendable {
    struct File: Sendable, Equatable {
        let name: String
        let size: Int?
        let sha256: String?
    }

    let name: String
    let commit: String
    let files: [File]

    /// Reads the hub's JSON. A file name that could lead out of a folder makes the whole answer worthless.
    init(json: Data, name: String, url: String) throws(HubError) {
        struct Answer: Decodable {
            struct Sibling: Decodable {
                struct LFS: Decodable { let sha256: String? }
                let rfilename: String
                let size: Int?
                let lfs: LFS?
            }
            let sha: String
            let siblings: [Sibling]
        }
        let answer: Answer
        do {
            answer = try JSONDecoder().decode(Answer.self, from: json)
        } catch {
            throw .wrongAnswer(url: url, reason: "expected JSON with sha and siblings")
        }
        guard isPlainName(answer.sha) else {
            throw .wrongAnswer(url: url, reason: "sha is \"\(answer.sha)\"")
        }
        for sibling in answer.siblings {
            let parts = sibling.rfilename.split(separator: "/", omittingEmptySubsequences: false)
            guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }),
                !sibling.rfilename.contains(where: { $0 == "\\" || $0 == "\0" })
            else {
                throw .wrongAnswer(url: url, reason: "it has a file named \"\(sibling.rfilename)\"")
            }
            if let size = sibling.size, !(0...1 << 50).contains(size) {
                throw .wrongAnswer(url: url, reason: "\(sibling.rfilename) is said to have \(size) bytes")
            }
        }
        self.name = name
        commit = answer.sha
        files = answer.siblings.map {
            File(name: $0.rfilename, size: $0.size, sha256: $0.lfs?.sha256.flatMap(digestDigits))
        }
    }

    /// What a model folder is made of: configuration, tokenizer, and the weights in one file or in shards.
    func modelFiles(url: String) throws(HubError) -> [File] {
        let plain = files.filter { isPlainName($0.name) }
        let names = Set(plain.map(\.name))
        let isSingle = names.contains("model.safetensors")
        let chosen = plain.filter { file in
            let name = file.name
            if name == "model.safetensors" || Self.small.contains(name) { return true }
            return !isSingle && (name == "model.safetensors.index.json" || isShard(name))
        }
        guard names.contains("config.json"), chosen.contains(where: { $0.name.hasSuffix(".safetensors") })
        else {
            let gguf = files.map(\.name).filter { $0.hasSuffix(".gguf") }.map { "\(name)/\($0)" }
            throw .wrongAnswer(
                url: url,
                reason: "it has no config.json with safetensors"
                    + (gguf.isEmpty ? "" : "; choose one of \(gguf.joined(separator: ", "))"))
        }
        return chosen
    }

    private static let small: Set<String> = [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "tokenizer.model",
        "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", "chat_template.json",
        "vocab.json",
        "merges.txt",
    ]
}

/// `model-00001-of-00003.safetensors` and the like.
private func isShard(_ name: String) -> Bool {
    name.hasPrefix("model-") && name.hasSuffix(".safetensors")
}

/// A SHA-256 if the text is one, quoted or not.
func digestDigits(_ text: String) -> String? {
    let digits = text.lowercased().filter { $0 != "\"" }
    return digits.count == 64 && digits.allSatisfy { $0.isHexDigit && $0.isASCII } ? digits : nil
}

extension Hub {
    /// The hub's description of a repository, tried several times.
    func repository(_ name: ModelName) async throws(HubError) -> Repository {
        let request = request(
            ["api", "models"] + name.repository.split(separator: "/").map(String.init) + [
                "revision", name.revision,
            ],
            query: "blobs=true")
        let url = request.url?.shown ?? ""
        let bounds = Bounds(bytes: 64 << 20, seconds: 120, followsOtherOrigins: true)
        let body = Collected()
        try await retrying(url) { () async throws(HubError) -> Attempt in
            body.clear()
            let status = Latest<Int>()
            let outcome = await Exchange<HubError>.run(request, within: bounds) { (response, _) in
                status.value = response.statusCode
                return { body.append($0) }
            }
            return try attempt(
                outcome, status: status.value, url: url, repository: name.repository, file: name.repository)
        }
        return try Repository(json: body.data, name: name.repository, url: url)
    }
}
