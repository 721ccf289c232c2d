import Foundation

/// The largest amount of memory that this process has had, in bytes; nil where the system does not tell.
func peakMemory() -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kilobytes * 1024
}

/// When this process was started, by the system's clock; a measurement's first result counts from here.
let processStart: Date = {
    guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
        let uptime = try? String(contentsOfFile: "/proc/uptime", encoding: .utf8),
        let fields = stat.split(separator: ")").last?.split(separator: " "), fields.count > 19,
        let ticks = Double(fields[19]), let up = uptime.split(separator: " ").first.flatMap({ Double($0) })
    else { return Date() }
    return Date(timeIntervalSinceNow: ticks / Double(sysconf(Int32(_SC_CLK_TCK))) - up)
}()
