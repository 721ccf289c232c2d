import Dispatch

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
    let parts = max(1, min(Products.threads, count / max(unit, least)))
    let units = (count + unit - 1) / unit
    inParallel(parts) { part in
        body(part * units / parts * unit..<min(count, (part + 1) * units / parts * unit))
    }
}
