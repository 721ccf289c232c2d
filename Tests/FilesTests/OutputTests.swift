import Files
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// What is given as output is never something else's end.
@Suite struct OutputTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, to path: String) throws {
        try writeWholeFile(Array(text.utf8), to: path)
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func aFileIsReplacedAndKeepsItsRights() throws {
        let path = folder.file("x")
        try write("old", to: path)
        unsafe chmod(path, 0o600)
        try write("new", to: path)
        #expect(try text(path) == "new")
        let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(rights == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x"])
    }

    /// As with `cp`: what the link leads to is written, and the link stays. One that leads to nothing leads to it then.
    @Test func linksAreFollowed() throws {
        let (target, link) = (folder.file("target"), folder.file("link"))
        unsafe symlink("target", link)
        for text in ["one", "two"] {
            try write(text, to: link)
            #expect(try self.text(target) == text)
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "target")
        unsafe symlink("circle", folder.file("circle"))
        #expect(throws: FileError.notAFile(path: folder.file("circle"), found: "a circle of links")) {
            try write("x", to: folder.file("circle"))
        }
    }

    @Test func aPipeGetsTheBytesAndStays() throws {
        let path = folder.file("pipe")
        unsafe mkfifo(path, 0o600)
        let reader = unsafe open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try write("through", to: path)
        var bytes = [UInt8](repeating: 0, count: 16)
        #expect(unsafe read(reader, &bytes, 16) == 7)
        #expect(try OutputPlace(path) == .stream(path))
        #expect(throws: FileError.notAFile(path: path, found: "a pipe")) { try OutputPlace(fileAt: path) }
    }

    @Test func foldersAndFullDisksAreSaid() throws {
        #expect(throws: FileError.notAFile(path: folder.path, found: "a folder")) {
            try write("x", to: folder.path)
        }
        #expect(throws: FileError.unwritable(path: "/nowhere/x", reason: "No such file or directory")) {
            try write("x", to: "/nowhere/x")
        }
        let error = #expect(throws: FileError.self) { try write("x", to: "/dev/full") }
        if case .full? = error {} else { Issue.record("\(String(describing: error))") }
    }

    @Test func anOutputThatIsReadIsRefused() throws {
        let input = folder.file("in")
        try write("data", to: input)
        unsafe symlink("in", folder.file("soft"))
        unsafe link(input, folder.file("hard"))
        for name in ["in", "soft", "hard", "./in"] {
            #expect(throws: FileError.same(output: "--output", other: "--data", path: folder.file(name))) {
                try requireApart(
                    outputs: [NamedPath("--output", folder.file(name))], inputs: [NamedPath("--data", input)])
            }
        }
        #expect(throws: FileError.self) {
            try requireApart(
                outputs: [NamedPath("--output", input)], inputs: [NamedPath("--model", folder.path)])
        }
        try requireApart(
            outputs: [NamedPath("--output", folder.file("out"))], inputs: [NamedPath("--data", input)])
        #expect(throws: FileError.self) {
            try requireApart(
                outputs: [
                    NamedPath("--output", folder.file("out")), NamedPath("--rejects", folder.path + "/./out"),
                ], inputs: [])
        }
        try requireApart(
            outputs: [NamedPath("--output", "/dev/null"), NamedPath("--rejects", "/dev/null")], inputs: [])
    }

    /// Also deep in a folder that is read; a new file may be written beside the others.
    @Test func whatLiesInAFolderThatIsReadIsKept() throws {
        let model = folder.file("model")
        try FileManager.default.createDirectory(atPath: model + "/deep", withIntermediateDirectories: true)
        for name in ["deep/weights", "blob", "own"] { try write("data", to: "\(model)/\(name)") }
        unsafe symlink("model", folder.file("other"))
        unsafe link(model + "/own", folder.file("hard"))
        try write("data", to: folder.file("outside"))
        unsafe symlink("../../outside", model + "/deep/linked")
        func prepare(_ output: String) throws {
            try requireApart(
                outputs: [NamedPath("--output", folder.file(output))],
                inputs: [NamedPath("--data", folder.file("none")), NamedPath("--model", model)])
        }
        for name in ["model/deep/weights", "model/blob", "other/deep/weights", "model/deep/linked", "hard"] {
            #expect(
                throws: FileError.same(output: "--output", other: "--model", path: folder.file(name)),
                "\(name)"
            ) { try prepare(name) }
        }
        for name in ["model/new", "model/deep/new", "outside", "models"] { try prepare(name) }
    }

    /// What a signal would remove; the table has room for 64 files. In a process of its own: all that is noted is removed, also
    /// what other tests are writing.
    @Test func leftoversAreRemovedUnlessForgotten() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let (gone, kept) = (folder.file("gone"), folder.file("kept"))
            for path in [gone, kept] { try writeWholeFile(Array("x".utf8), to: path) }
            let place = Leftovers.note(kept)
            _ = Leftovers.note(gone)
            Leftovers.forget(place)
            Leftovers.removeAll()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["kept"])
        }
    }

    @Test func locksLieBesideWhatTheyLock() {
        #expect(lockFile(of: "/a/b.h5") == "/a/.b.h5.lock")
        #expect(lockFile(of: "b.h5") == "./.b.h5.lock")
        #expect(lockFile(of: "/b.h5") == "//.b.h5.lock")
    }

    @Test func controlCharactersAreWrittenOut() {
        #expect("a\tb\nc é 数".withoutControls == "a\tb\nc é 数")
        #expect(
            "\u{1B}[2J\u{7F}\u{9B}\u{202E}x\r".withoutControls == "\\u001b[2J\\u007f\\u009b\\u202ex\\u000d")
        #expect("one\r\n  two\n\nthree".onOneLine == "one two three")
    }
}
