import Foundation

/// The bytes that a process can take before the machine or its control group runs out; nil where neither says.
package func freeMemory() -> Int? {
    let machine = lines(of: "/proc/meminfo").first { $0.hasPrefix("MemAvailable:") }
        .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }.map { $0 << 10 }
    let limit = lines(of: "/sys/fs/cgroup/memory.max").first.flatMap { Int($0) }
    let current = lines(of: "/sys/fs/cgroup/memory.current").first.flatMap { Int($0) } ?? 0
    // Files that were read and can be dropped count as taken there.
    let droppable = lines(of: "/sys/fs/cgroup/memory.stat").first { $0.hasPrefix("inactive_file ") }
        .flatMap { Int($0.dropFirst("inactive_file ".count)) }
    let taken = current - (droppable ?? 0)
    return [machine, limit.map { max(0, $0 - taken) }].compactMap(\.self).min()
}

private func lines(of file: String) -> [Substring] {
    ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split(separator: "\n")
}

/// The predicted peak memory of a run in words, and what one worker would take if less is free.
///
/// - Parameter predicted: from the number of workers to bytes.
func memoryRemark(workers: Int, _ predicted: (_ workers: Int) -> Int) -> String {
    let (peak, free) = (predicted(workers), freeMemory())
    var advice = ""
    if let free, peak > free {
        advice = ", and \(readable(bytes: free)) are free"
        if workers > 1 { advice += "; --workers 1 takes \(readable(bytes: predicted(1)))" }
    }
    return "predicted peak memory \(readable(bytes: peak))\(advice)"
}

/// Bytes in a unit that people read.
package func readable(bytes: Int) -> String {
    bytes >= 1_000_000_000
        ? String(format: "%.2f GB", Double(bytes) / 1e9) : String(format: "%.0f MB", Double(bytes) / 1e6)
}
