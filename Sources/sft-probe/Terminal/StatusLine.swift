import Foundation
import Synchronization

/// The line at the bottom of a terminal that says how far the work is. It is written anew five times a second, so that it
/// shows from the first moment that the work goes on, and it makes room for what else is written.
enum StatusLine {
    private struct State {
        var texts: [(id: Int, text: @Sendable (_ width: Int) -> String)] = []
        var lastID = 0
        var isShown = false
    }

    private static let state = Mutex(State())
    private static let queue = DispatchQueue(label: "sft-probe status line")

    /// Shows a text of at most `width` cells until ``end(_:)``; work that begins meanwhile is shown in its place.
    static func begin(_ text: @escaping @Sendable (_ width: Int) -> String) -> Int {
        let (id, isFirst) = state.withLock { state in
            state.lastID += 1
            state.texts.append((state.lastID, text))
            return (state.lastID, state.texts.count == 1)
        }
        if isFirst {
            queue.async {
                while draw() { usleep(200_000) }
            }
        }
        return id
    }

    /// Takes a text away.
    static func end(_ id: Int) {
        state.withLock { state in
            erase(&state)
            state.texts.removeAll { $0.id == id }
        }
    }

    /// Takes all texts away.
    static func endAll() {
        state.withLock { state in
            erase(&state)
            state.texts = []
        }
    }

    /// Writes something else to the terminal, without the line.
    static func makeRoom(_ write: () -> Void) {
        state.withLock { state in
            erase(&state)
            write()
        }
    }

    /// Writes the line; false where there is none any more.
    private static func draw() -> Bool {
        state.withLock { state in
            guard let text = state.texts.last?.text else { return false }
            let line = text((Terminal.width(of: 2) ?? 80) - 1)
            _ = writeAll(Array("\r\(line)\u{1B}[K".utf8), to: 2)
            state.isShown = true
            return true
        }
    }

    private static func erase(_ state: inout State) {
        if state.isShown { _ = writeAll(Array("\r\u{1B}[K".utf8), to: 2) }
        state.isShown = false
    }
}
