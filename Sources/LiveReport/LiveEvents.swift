import FlyingSocks
import Foundation
import Synchronization

/// The changes of a page as server-sent events, without end: first all parts, then those that have changed.
///
/// - Source: WHATWG HTML, section 9.2, server-sent events.
struct LiveEvents: AsyncBufferedSequence, Sendable {
    typealias Element = UInt8

    let watcher: Watcher
    let place: Place

    func makeAsyncIterator() -> Iterator { Iterator(watcher: watcher) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        let watcher: Watcher
        private var known: [String: String] = [:]
        private var number = 0
        private var rest: ArraySlice<UInt8> = []

        init(watcher: Watcher) { self.watcher = watcher }

        /// The server takes whole pieces.
        mutating func next() async throws -> UInt8? {
            if rest.isEmpty { rest = try await piece()[...] }
            return rest.popFirst()
        }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? { try await piece() }

        /// The next event; where nothing changes for ten seconds, a comment, which shows whether somebody listens still.
        private mutating func piece() async throws -> [UInt8] {
            for _ in 0..<20 {
                let changes = await watcher.changes(since: known)
                if !changes.isEmpty {
                    known.merge(changes) { $1 }
                    number += 1
                    return Array("event: update\nid: \(number)\ndata: ".utf8) + (try oneLine(changes))
                        + Array("\n\n".utf8)
                }
                try await Task.sleep(for: .milliseconds(500))
            }
            return Array(": nothing new\n\n".utf8)
        }
    }
}

/// An object of JSON, in which line breaks are written out.
private func oneLine(_ changes: [String: String]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(changes))
}

/// Places for listeners, so many at a time.
final class Places: Sendable {
    private let taken = Mutex(0)
    private let count: Int

    init(_ count: Int) { self.count = count }

    /// A place, which is free again when the value goes away; nil where all are taken.
    func take() -> Place? {
        let isFree = taken.withLock { taken in
            guard taken < count else { return false }
            taken += 1
            return true
        }
        return isFree ? Place(self) : nil
    }

    fileprivate func free() { taken.withLock { $0 -= 1 } }
}

/// A place that is taken.
final class Place: Sendable {
    private let places: Places

    fileprivate init(_ places: Places) { self.places = places }

    deinit { places.free() }
}
