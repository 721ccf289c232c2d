import Files
import Foundation
import Synchronization

/// The outputs of a command, to be named when it has ended well.
enum WrittenFiles {
    private static let paths = Mutex<[String]>([])

    /// Notes an output before it is written.
    static func expect(_ path: String) {
        paths.withLock { if !$0.contains(path) { $0.append(path) } }
    }

    /// Names those that are there, where events are JSON: for people commands say it in sentences of their own.
    static func announce() {
        guard Events.areJSON else { return }
        for path in paths.withLock({ $0 }) where FileManager.default.fileExists(atPath: path) {
            Events.write(Events.Written(path: path))
        }
    }
}
