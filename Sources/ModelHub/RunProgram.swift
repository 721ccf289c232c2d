import Foundation

/// Runs a program found on the path, and throws what it said on standard error if it does not succeed.
func run(_ command: [String], environment: [String: String]) async throws(HubError) {
    let shown = command.joined(separator: " ")
    let log = NSTemporaryDirectory() + "sft-probe-\(UUID().uuidString).log"
    defer { try? FileManager.default.removeItem(atPath: log) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    do {
        try Data().write(to: URL(filePath: log))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
    } catch {
        throw .unwritable(path: log, reason: reason(error))
    }
    let status: Int32
    do {
        status = try await finish(process)
    } catch {
        throw .programFailed(command: shown, message: reason(error))
    }
    guard !Task.isCancelled else { throw .interrupted(file: shown) }
    guard status == 0 else {
        let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        throw .programFailed(command: shown, message: explanation(said, status: status))
    }
}

/// Starts a process and waits for its end without holding a thread; cancelling the task ends the process.
private func finish(_ process: Process) async throws -> Int32 {
    try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
    } onCancel: {
        if process.isRunning { process.terminate() }
    }
}

private func explanation(_ said: String, status: Int32) -> String {
    let install = "install them, on Debian and Ubuntu with: apt-get install python3-pip"
    if status == 127 {
        return "there is no python3 on the path, and fetching needs python3 and pip; \(install)"
    }
    if said.contains("No module named pip") { return "python3 has no pip; \(install)" }
    let text = said.trimmingCharacters(in: .whitespacesAndNewlines)
    return text.isEmpty ? "it ended with status \(status) and said nothing" : text
}
