import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Whether the user, or a scheduler, has asked the program to stop: by Ctrl-C or SIGTERM. A second time it stops at
/// once, with what the last checkpoint has.
enum Interruption {
    private static let asked = Atomic<Bool>(false)

    /// Whether to stop.
    static var isAsked: Bool { asked.load(ordering: .relaxed) }

    /// Begins to listen.
    static func watch() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                if Interruption.asked.exchange(true, ordering: .relaxed) { _exit(75) }
            }
        }
    }
}
