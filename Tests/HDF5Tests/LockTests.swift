import Foundation
import HDF5
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Files that another program has open, as the HDF5 library marks them: writers hold a lock on the file, readers share one.
@Suite struct LockTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("u.h5")
        let update = try HDF5Update(of: path)
        try update.file.write([Float(1)], to: "one", shape: [1])
        try update.commit()
    }

    @Test func aFileThatIsBeingWrittenIsLeftAlone() throws {
        let other = unsafe open(path, O_RDWR)
        defer { close(other) }
        #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
        #expect(throws: HDF5Error.openElsewhere(path: path)) { _ = try HDF5Update(of: path).isNew }
        #expect(throws: HDF5Error.openElsewhere(path: path)) { _ = try HDF5File(reading: path).children() }
        #expect(folder.contents == ["u.h5"])
    }

    @Test func aFileThatIsBeingReadMayBeReplaced() throws {
        let other = unsafe open(path, O_RDONLY)
        defer { close(other) }
        #expect(flock(other, LOCK_SH | LOCK_NB) == 0)
        let update = try HDF5Update(of: path)
        try update.file.write([Float(2)], to: "two", shape: [1])
        try update.commit()
        #expect(try HDF5File(reading: path).children() == ["one", "two"])
    }

    /// Opened for writing between our reading it and our replacing it.
    @Test func aWriterThatComesMeanwhileIsSeen() throws {
        #expect(throws: HDF5Error.openElsewhere(path: path)) {
            let update = try HDF5Update(of: path)
            try update.file.write([Float(2)], to: "two", shape: [1])
            let other = unsafe open(path, O_RDWR)
            // A process that another test starts meanwhile has the descriptor too, so closing would not unlock.
            defer {
                flock(other, LOCK_UN)
                close(other)
            }
            #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
            try update.commit()
        }
        #expect(try HDF5File(reading: path).children() == ["one"])
    }

    @Test(.enabled(if: runPython(["-c", "import h5py"]).succeeded, "a python3 with h5py is needed"))
    func h5pysWriterIsSeen() throws {
        let script = """
            import h5py, subprocess, sys
            file = h5py.File(sys.argv[1], "r+")
            print("open", flush=True)
            sys.stdin.readline()
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            ProcessInfo.processInfo.environment["SFT_PROBE_PYTHON"] ?? "python3", "-c", script, path,
        ]
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "HDF5_USE_FILE_LOCKING" }
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        #expect(said.hasPrefix("open"))
        #expect(throws: HDF5Error.openElsewhere(path: path)) { _ = try HDF5Update(of: path).isNew }
    }
}
