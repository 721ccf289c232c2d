import Foundation

/// The bytes that a process can take before the machine or its control group runs out; nil where neither says.
func freeMemory() -> Int? {
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
