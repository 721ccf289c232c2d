import Files
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Whether the user, or a scheduler, has asked the program to stop: by Ctrl-C, SIGTERM, or the end of the session (SIGHUP).
///
/// Outputs are there whole or not at all, and what can be carried on is on the disk at every moment: so a command simply
/// ends, with 75, and its temporary files and locks are removed. Only one that has something to bring to the disk first says so; asked a second time it ends at once too.
enum Interruption {
    private static let asked = Atomic<Bool>(false)
    private static let keeps = Atomic<Bool>(false)
    /// Whether there may be a line to be written over.
    private static let redraws = Terminal.redraws(2)

    /// Whether to stop.
    static var isAsked: Bool { asked.load(ordering: .relaxed) }

    /// Begins to listen.
    static func watch() {
        // What the handler uses must have been made before: making it takes locks.
        Leftovers.prepare()
        keepNothing()
        _ = (isAsked, redraws, Events.areJSON)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // What nohup has shut out stays so.
            var old = sigaction()
            if number == SIGHUP, unsafe sigaction(number, nil, &old) == 0, isIgnored(old) { continue }
            signal(number) { _ in
                let isSecond = Interruption.asked.exchange(true, ordering: .relaxed)
                if isSecond || !Interruption.keeps.load(ordering: .relaxed) {
                    Interruption.leave(isUrgent: isSecond)
                }
            }
        }
    }

    /// From here on a first request is only noted, for the caller to look at ``isAsked`` often.
    static func keep() {
        keeps.store(true, ordering: .relaxed)
        if isAsked { leave(isUrgent: false) }
    }

    /// A request ends the process at once again.
    static func keepNothing() { keeps.store(false, ordering: .relaxed) }

    /// Ends the process from a signal's handler, where little is allowed.
    private static func leave(isUrgent: Bool) {
        let words: StaticString =
            Events.areJSON
            ? "{\"code\":75,\"event\":\"error\",\"text\":\"interrupted; only what was finished is kept\"}\n"
            : "error: interrupted; only what was finished is kept. Give the same command again (a run of train: with --resume).\n"
        if redraws {
            let erase: StaticString = "\r\u{1B}[K"
            _ = unsafe write(2, erase.utf8Start, erase.utf8CodeUnitCount)
        }
        _ = unsafe write(2, words.utf8Start, words.utf8CodeUnitCount)
        Leftovers.exit(75, isUrgent: isUrgent)
    }
}

/// Whether an action is to ignore the signal: `SIG_IGN` is the address 1.
private func isIgnored(_ action: sigaction) -> Bool {
    unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
}
