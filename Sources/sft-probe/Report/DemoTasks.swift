import CDemoTasks
import Files
import Foundation
import Runs

/// The task files of the demonstration, which are a part of the tool.
enum DemoTasks {
    /// Puts them into a folder, each whole or not at all; those that are there already are left as they are.
    static func write(to folder: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CannotCreate(path: folder, reason: error.localizedDescription)
        }
        for (name, bytes) in all {
            let path = "\(folder)/\(name).jsonl"
            if !FileManager.default.fileExists(atPath: path) { try writeWholeFile(bytes, to: path) }
        }
    }

    /// Names and contents.
    private static var all: [(name: String, bytes: [UInt8])] {
        var tasks: [(String, [UInt8])] = []
        while case let task = unsafe demo_task(tasks.count), unsafe task.count > 0 {
            tasks.append(
                unsafe (
                    String(cString: task.name),
                    Array(UnsafeBufferPointer(start: task.bytes, count: task.count))
                ))
        }
        return tasks
    }
}
