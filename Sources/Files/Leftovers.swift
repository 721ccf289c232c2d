import Foundation
import Synchronization

/// The files that this process makes for a while, temporary ones and locks, so that a signal that ends it can remove them.
///
/// There is room for 64 at once; of more, a signal leaves the rest behind, which nothing takes for an output.
public enum Leftovers {
    /// The addresses of their paths, 0 where there is none.
    private static let paths = InlineArray<64, Atomic<UInt>> { _ in Atomic(0) }

    /// Notes a file that is about to be made.
    ///
    /// - Returns: What ``forget(_:)`` is given; nil where there is no room.
    public static func note(_ path: String) -> Int? {
        guard let text = unsafe strdup(path) else { return nil }
        for place in 0..<64 {
            let (isNoted, _) = paths[place].compareExchange(
                expected: 0, desired: UInt(bitPattern: text), ordering: .acquiringAndReleasing)
            if isNoted { return place }
        }
        unsafe free(text)
        return nil
    }

    /// The file of a place is no longer there, or no longer this process's.
    public static func forget(_ place: Int?) {
        if let place { unsafe free(taken(place)) }
    }

    /// Removes the files. It may be called in the handler of a signal, once it has been called outside of one.
    public static func removeAll() {
        for place in 0..<64 {
            if let path = unsafe taken(place) { unsafe unlink(path) }
        }
    }

    /// Takes a path out of its place, so that no other thread frees what is used here.
    private static func taken(_ place: Int) -> UnsafeMutablePointer<CChar>? {
        unsafe UnsafeMutablePointer(bitPattern: paths[place].exchange(0, ordering: .acquiringAndReleasing))
    }
}
