import Dispatch
import Synchronization

/// Runs `body` for each part, side by side, and waits for all; parts write to places of their own.
func inParallel(_ parts: Int, _ body: (_ part: Int) -> Void) {
    guard parts > 1 else { return body(0) }
    withoutActuallyEscaping(body) { body in
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: parts) { unsafe body($0) }
    }
}

/// Shares 0..<count out to the threads that a product may use, in consecutive ranges of about one size.
///
/// - Parameters: unit: All ranges begin at a multiple of it. least: The size of a range that is worth a thread.
func spread(_ count: Int, unit: Int = 1, atLeast least: Int = 1, _ body: (Range<Int>) -> Void) {
    spreadOut(count, unit: unit, atLeast: least) { next in while let own = next() { body(own) } }
}

/// The same for what needs memory in each thread: `body` runs once in each, and takes a range after the other.
///
/// There are more ranges than threads, so that one that is slowed down by others takes fewer.
func spreadOut(
    _ count: Int, unit: Int = 1, atLeast least: Int = 1, _ body: (_ next: () -> Range<Int>?) -> Void
) {
    let worthwhile = max(1, count / max(unit, least))
    let threads = min(Products.threads, worthwhile)
    let parts = threads > 1 ? min(16 * threads, worthwhile) : 1
    let units = (count + unit - 1) / unit
    let taken = Atomic(0)
    inParallel(threads) { _ in
        body {
            let part = taken.wrappingAdd(1, ordering: .relaxed).oldValue
            guard part < parts else { return nil }
            return part * units / parts * unit..<min(count, (part + 1) * units / parts * unit)
        }
    }
}

/// Shares 0..<count numbers out, each of which is made of a few: as many as are worth a thread.
func spreadNumbers(_ count: Int, _ body: (Range<Int>) -> Void) {
    spread(count, unit: 16, atLeast: 1 << 15, body)
}

/// The same for m rows of n numbers.
func spreadRows(_ m: Int, of n: Int, _ body: (Range<Int>) -> Void) {
    spread(m, atLeast: (1 << 15) / max(1, n), body)
}
