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
/// - Parameter least: The size of a range that is worth a thread.
func spread(_ count: Int, atLeast least: Int = 1, _ body: (Range<Int>) -> Void) {
    let parts = max(1, min(Products.threads, count / max(1, least)))
    inParallel(parts) { part in body(part * count / parts..<(part + 1) * count / parts) }
}
