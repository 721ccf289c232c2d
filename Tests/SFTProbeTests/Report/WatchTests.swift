import Foundation
import Glibc
import TestSupport
import Testing

/// `watch` as a user runs it, and a browser or curl sees it.
@Suite struct WatchTests {
    let folder: TemporaryFolder
    let model: String

    init() throws {
        folder = try TemporaryFolder()
        model = try Tool.tinyModel(in: folder)
        let lines = (1...10).map { #"{"prompt": "what is \#($0)+7?", "completion": " it is \#($0 + 7)."}"# }
        try lines.joined(separator: "\n").write(
            toFile: folder.file("data.jsonl"), atomically: true, encoding: .utf8)
    }

    /// A process of the tool that goes on while the test looks at it.
    final class Running {
        let process = Process()
        private let output = Pipe()

        init(_ arguments: [String]) throws {
            process.executableURL = URL(filePath: Tool.path)
            process.arguments = arguments
            // Locks, which a test of this process may have switched off for its own use of HDF5.
            process.environment = ProcessInfo.processInfo.environment.filter {
                $0.key != "HDF5_USE_FILE_LOCKING"
            }
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        /// The first line that it prints.
        func firstLine() -> String {
            var line = Data()
            while let byte = try? output.fileHandleForReading.read(upToCount: 1), let byte = byte.first,
                byte != 0x0A
            { line.append(byte) }
            return String(decoding: line, as: UTF8.self)
        }

        func end(by signal: Int32) -> Int32 {
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            return process.terminationStatus
        }

        deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    }

    /// A page that is shown, and its address.
    private func watching(_ path: String) throws -> (server: Running, address: String) {
        let server = try Running(["watch", path, "--port", "0"])
        let line = server.firstLine()
        let match = try #require(
            line.firstMatch(of: /Open (http:\/\/127\.0\.0\.1:\d+\/) in a browser/), "\(line)")
        return (server, String(match.1))
    }

    private func curl(_ arguments: [String]) throws -> String {
        try Tool.run(program: "/usr/bin/env", ["curl", "--silent", "--max-time", "20"] + arguments).output
    }

    private func train(_ steps: Int) -> [String] {
        [
            "train", "--model", model, "--data", folder.file("data.jsonl"), "--output", folder.file("run"),
            "--lora-rank", "2", "--max-steps", "\(steps)", "--batch-size", "2", "--probe-limit", "2",
            "--checkpoint-every", "0", "--threads", "1",
        ]
    }

    /// The steps that events speak of, from those of a page's listener.
    private func steps(in events: String) throws -> [Int] {
        try events.split(separator: "\n").filter { $0.hasPrefix("data: ") }.compactMap { line in
            let parts = try JSONDecoder().decode([String: String].self, from: Data(line.dropFirst(6).utf8))
            return parts["progress"]?.firstMatch(of: /Step (\d+) of/).flatMap { Int($0.1) }
        }
    }

    @Test func followsATraining() throws {
        let trainer = try Running(train(100_000))
        let log = folder.file("run/metrics.jsonl")
        let deadline = Date(timeIntervalSinceNow: 60)
        while (try? Data(contentsOf: URL(filePath: log)))?.isEmpty != false, Date() < deadline {
            usleep(20_000)
        }
        let (server, address) = try watching(folder.file("run"))
        let page = try curl([address])
        #expect(page.contains("Live: run") && page.contains("tokens a second"), "\(page.suffix(2000))")
        let events = try curl(["--no-buffer", "--max-time", "6", address + "events"])
        let steps = try steps(in: events)
        #expect(steps.count >= 2 && steps == steps.sorted() && Set(steps).count == steps.count, "\(steps)")
        #expect(events.contains("training steps"), "no heads while it trains")
        #expect(trainer.end(by: SIGTERM) == 75)
        var stopped = ""
        for _ in 0..<40 where !stopped.contains("This run is stopped after step") {
            usleep(500_000)
            stopped = try curl([address])
        }
        #expect(stopped.contains("This run is stopped after step"), "\(stopped.count) characters")
        #expect(server.end(by: SIGINT) == 75)
    }

    @Test func showsAFinishedRunAndItsFile() throws {
        let trained = try Tool.run(train(3))
        try #require(trained.code == 0, "\(trained.errors)")
        for path in ["run", "run/", "run/patterns.h5"] {
            let (server, address) = try watching(folder.file(path))
            let page = try curl([address])
            #expect(page.contains("This run is finished: 3 steps") == !path.hasSuffix("h5"))
            #expect(page.contains("data: base, final") && page.contains(#"data-state="step 3""#), "\(path)")
            #expect(try curl(["--head", address]).contains("405"))
            #expect(
                try curl(["--header", "Host: evil.example", "--write-out", "%{http_code}", address])
                    .hasSuffix("421"))
            #expect(server.end(by: SIGTERM) == 75)
        }
    }

    @Test func aBrokenFileEndsNothing() throws {
        try #require(try Tool.run(train(2)).code == 0)
        let file = URL(filePath: folder.file("run/patterns.h5"))
        let whole = try Data(contentsOf: file)
        let (server, address) = try watching(folder.file("run"))
        for broken in [Data(), whole.prefix(whole.count / 2), Data("no HDF5".utf8), whole.prefix(8)] {
            try broken.write(to: file)
            usleep(600_000)
            #expect(try curl([address]).contains("Not to be shown now"))
        }
        try Data("{".utf8).write(to: URL(filePath: folder.file("run/run.json")))
        usleep(600_000)
        #expect(try curl([address]).contains("run.json"))
        try whole.write(to: file)
        usleep(600_000)
        #expect(try curl([address]).contains("data: base, final"))
        #expect(server.end(by: SIGINT) == 75)
    }

    @Test func silentConnectionsDoNotKeepOthersOut() throws {
        try #require(try Tool.run(train(2)).code == 0)
        let (server, address) = try watching(folder.file("run"))
        let port = try #require(URL(string: address)?.port)
        var sockets: [Int32] = []
        defer { for one in sockets { close(one) } }
        for _ in 0..<150 {
            let one = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_port = in_port_t(port).bigEndian
            place.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
            let code = unsafe withUnsafeBytes(of: &place) { bytes in
                unsafe connect(
                    one, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                    socklen_t(MemoryLayout<sockaddr_in>.size))
            }
            if code == 0 { sockets.append(one) } else { close(one) }
        }
        usleep(300_000)
        #expect(try curl([address]).contains("This run is finished"))
        #expect(server.end(by: SIGTERM) == 75)
    }

    @Test func refusesWhatIsNoRun() throws {
        let missing = try Tool.run(["watch", folder.file("none")])
        #expect(missing.code == 66 && missing.errors.contains("none"))
        let noRun = try Tool.run(["watch", folder.file(".")])
        #expect(noRun.code == 65 && noRun.errors.contains("run.json"))
        let host = try Tool.run(["watch", folder.file("data.jsonl"), "--host", "nowhere.example"])
        #expect(host.code == 64 && host.errors.contains("nowhere.example"))
        #expect(try Tool.run(["watch", folder.file("data.jsonl"), "--port", "70000"]).code == 64)
        let (server, address) = try watching(folder.file("data.jsonl"))
        let port = try #require(URL(string: address)?.port)
        let taken = try Tool.run(["watch", folder.file("data.jsonl"), "--port", "\(port)"])
        #expect(taken.code == 69 && taken.errors.contains("taken"))
        #expect(try curl([address]).contains("not an HDF5 file"))
        #expect(server.end(by: SIGTERM) == 75)
    }
}
