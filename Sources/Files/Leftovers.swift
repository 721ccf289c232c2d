import Foundation
import Synchronization

/// The files that this process makes for a while, temporary ones and locks, so that a signal that ends it can remove them.
///
/// There is room for 64 at once; of more, a signal leaves the rest behind, which nothing takes for an output.
public enum Leftovers {
    /// The addresses of their paths, 0 where there is none.
    private static let paths = InlineArray<64, Atomic<UInt>> { _ in Atomic(0) }
    /// How many threads are between making a file and noting it.
    private static let making = Atomic<Int>(0)
    /// The exit code that a signal asks for, and 0 before.
    private static let asked = Atomic<CInt>(0)
    /// Whether a thread is removing the files, to end the process.
    private static let isEnding = Atomic<Bool>(false)

    /// Notes a file that is about to be made under a name that no other process uses.
    ///
    /// - Returns: What ``forget(_:)`` is given; nil where there is no room.
    public static func note(_ path: String) -> Int? {
        guard let text = unsafe strdup(path) else { return nil }
        for place in 0..<64 {
            let (isNoted, _) = paths[place].compareExchange(
                expected: 0, desired: UInt(bitPattern: text), ordering: .sequentiallyConsistent)
            if isNoted {
                if isEnding.load(ordering: .sequentiallyConsistent) { waitForTheEnd() }
                return place
            }
        }
        unsafe free(text)
        return nil
    }

    /// The file of a place is no longer there, or no longer this process's.
    public static func forget(_ place: Int?) {
        if let place { unsafe free(taken(place)) }
    }

    /// Makes a file and notes it, or removes it and forgets it, so that a signal finds both done or neither: the file's name
    /// is one that other processes use too.
    public static func asOne<Result>(_ work: () throws -> Result) rethrows -> Result {
        making.add(1, ordering: .sequentiallyConsistent)
        if asked.load(ordering: .sequentiallyConsistent) != 0 { handOver() }
        defer { handOver() }
        return try work()
    }

    /// Ends a part that a signal must not see half done; the signal that came meanwhile is obeyed now.
    private static func handOver() {
        let left = making.subtract(1, ordering: .sequentiallyConsistent).newValue
        let code = asked.load(ordering: .sequentiallyConsistent)
        guard code != 0, left == 0 else { return }
        if !isEnding.exchange(true, ordering: .sequentiallyConsistent) { leave(code) }
        waitForTheEnd()
    }

    /// Makes what ``exit(_:isUrgent:)`` uses, for that takes locks.
    public static func prepare() {
        asOne {}
        _ = isEnding.load(ordering: .relaxed)
        removeAll()
    }

    /// Removes the files and ends the process. It may be called in the handler of a signal, once ``prepare()`` has been
    /// called outside of one. Where a file is being made at the moment, the process ends as soon as that is noted.
    ///
    /// - Parameters:
    ///   - code: The process's exit code.
    ///   - isUrgent: Whether not to wait for that.
    public static func exit(_ code: CInt, isUrgent: Bool) {
        asked.store(code, ordering: .sequentiallyConsistent)
        guard isUrgent || making.load(ordering: .sequentiallyConsistent) == 0 else { return }
        if !isEnding.exchange(true, ordering: .sequentiallyConsistent) { leave(code) }
    }

    private static func leave(_ code: CInt) -> Never {
        removeAll()
        _exit(code)
    }

    /// Another thread is ending the process.
    private static func waitForTheEnd() -> Never {
        while true { pause() }
    }

    /// Removes the files.
    public static func removeAll() {
        for place in 0..<64 {
            if let path = unsafe taken(place) { unsafe unlink(path) }
        }
    }

    /// Takes a path out of its place, so that no other thread frees what is used here.
    private static func taken(_ place: Int) -> UnsafeMutablePointer<CChar>? {
        unsafe UnsafeMutablePointer(bitPattern: paths[place].exchange(0, ordering: .sequentiallyConsistent))
    }
}
