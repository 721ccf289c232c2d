import Foundation
import TestSupport
import Testing

/// File systems that lack what local ones have, as a library stands in for them that is loaded before the system's.
@Suite struct FileSystemTests {
    private static let compiler = ["/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// `flock` fails with the error SHIM_FLOCK, `fsync` of a folder with SHIM_FSYNC.
    private static let shim = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <stdlib.h>
        #include <sys/stat.h>
        int flock(int fd, int operation) {
            const char *error = getenv("SHIM_FLOCK");
            if (error) { errno = atoi(error); return -1; }
            int (*real)(int, int) = (int (*)(int, int))dlsym(RTLD_NEXT, "flock");
            return real(fd, operation);
        }
        int fsync(int fd) {
            const char *error = getenv("SHIM_FSYNC");
            struct stat about;
            if (error && !fstat(fd, &about) && S_ISDIR(about.st_mode)) { errno = atoi(error); return -1; }
            int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
            return real(fd);
        }
        """#

    private func run(_ environment: [String: String]) throws -> (outcome: Tool.Outcome, contents: [String]) {
        let folder = try TemporaryFolder()
        let model = folder.file("model")
        try FileManager.default.copyItem(
            atPath: repositoryPath("notebooks-data/reference/families/qwen2"), toPath: model)
        try FamilyCommandTests.tokenizer.write(
            toFile: model + "/tokenizer.json", atomically: true, encoding: .utf8)
        try #"{"prompt": "a", "completion": " b"}"#.write(
            toFile: folder.file("data.jsonl"), atomically: true, encoding: .utf8)
        try Self.shim.write(toFile: folder.file("shim.c"), atomically: true, encoding: .utf8)
        let compiling = Process()
        compiling.executableURL = URL(filePath: try #require(Self.compiler))
        compiling.arguments = [
            "-shared", "-fPIC", "-o", folder.file("shim.so"), folder.file("shim.c"), "-ldl",
        ]
        try compiling.run()
        compiling.waitUntilExit()
        try FileManager.default.createDirectory(atPath: folder.file("out"), withIntermediateDirectories: true)
        let outcome = try Tool.run(
            [
                "attribute", "--quiet", "--model", model, "--data", folder.file("data.jsonl"), "--task", "t",
                "--output",
                folder.file("out/p.h5"),
            ], environment: environment.merging(["LD_PRELOAD": folder.file("shim.so")]) { $1 },
            without: "HDF5_USE_FILE_LOCKING")  // which the library of the tests may have set
        return (outcome, try FileManager.default.contentsOfDirectory(atPath: folder.file("out")))
    }

    @Test(.enabled(if: FileSystemTests.compiler != nil, "a C compiler is needed"), arguments: [37, 38, 95])
    func noLocksAreNoHindrance(_ error: Int) throws {
        let (outcome, contents) = try run(["SHIM_FLOCK": "\(error)"])
        #expect(outcome.code == 0 && contents == ["p.h5"], "\(outcome.errors)")
        #expect(outcome.errors.contains("the file system has no locks"))
    }

    @Test(.enabled(if: FileSystemTests.compiler != nil, "a C compiler is needed"))
    func locksAreSwitchedOffByTheVariableOfHDF5() throws {
        let (outcome, contents) = try run(["SHIM_FLOCK": "13", "HDF5_USE_FILE_LOCKING": "FALSE"])
        #expect(outcome.code == 0 && contents == ["p.h5"], "\(outcome.errors)")
        #expect(try run(["SHIM_FLOCK": "13"]).outcome.code == 74)
    }

    @Test(
        .enabled(if: FileSystemTests.compiler != nil, "a C compiler is needed"), arguments: [22, 95, 38, 9])
    func aFolderThatCannotBeSynchronizedIsNone(_ error: Int) throws {
        let (outcome, contents) = try run(["SHIM_FSYNC": "\(error)"])
        #expect(outcome.code == 0 && contents == ["p.h5"], "\(outcome.errors)")
    }
}
