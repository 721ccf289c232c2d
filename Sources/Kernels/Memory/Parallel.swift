import Dispatch
import Synchronization

/// Runs `body` for each part in parallel and waits for all. Parts must write to different places; each has the
/// arithmetic of the task that is waiting.
func inParallel(_ parts: Int, _ body: (_ part: Int) -> Void) {
    guard parts > 1 else { return body(0) }
    withoutActuallyEscaping(body) { body in
        nonisolated(unsafe) let body = body
        let arithmetic = Arithmetic.current
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            Arithmetic.$current.withValue(arithmetic) { unsafe body(part) }
        }
    }
}

/// Splits 0..<count among the threads that a product may use, into consecutive ranges of about equal size.
///
/// - Parameters: unit: All ranges start at a multiple of it. least: The smallest range that is worth a
///   thread.
func spread(_ count: Int, unit: Int = 1, atLeast least: Int = 1, _ body: (Range<Int>) -> Void) {
    spreadOut(count, unit: unit, atLeast: least) { next in while let own = next() { body(own) } }
}

/// The same where each thread needs memory of its own: `body` runs once per thread and takes ranges until
/// there are none.
///
/// Dynamic scheduling: there are more ranges than threads, so a thread that is preempted takes fewer ranges.
func spreadOut(
    _ count: Int, unit: Int = 1, atLeast least: Int = 1, _ body: (_ next: () -> Range<Int>?) -> Void
) {
    let worthwhile = max(1, count / max(unit, least))
    let threads = worthwhile > 1 ? min(Arithmetic.current.freeThreads, worthwhile) : 1
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

/// Splits `count` elements of an elementwise operation among threads, in ranges large enough to be worth a
/// thread.
func spreadNumbers(_ count: Int, _ body: (Range<Int>) -> Void) {
    spread(count, unit: 16, atLeast: 1 << 15, body)
}

/// The same for m rows of n elements.
func spreadRows(_ m: Int, of n: Int, _ body: (Range<Int>) -> Void) {
    spread(m, atLeast: (1 << 15) / max(1, n), body)
}
