import Foundation
import Reports

/// Looks at a source as often as somebody asks, but not all the time: looks take at most a tenth of it.
actor Watcher {
    private let source: LiveSource
    private let clock = ContinuousClock()
    private var stamp: [String] = []
    private var nextLook: ContinuousClock.Instant
    private var html = ""
    private var updates: [String: String] = [:]
    private var security = ""

    init(_ source: LiveSource) {
        self.source = source
        nextLook = clock.now
    }

    /// The page as it is now, and its security policy.
    func page() -> (html: String, policy: String) {
        look()
        return (html, security)
    }

    /// The parts of the page that differ from those that somebody has; what is the same now is in `known` afterwards.
    func changes(since known: [String: String]) -> [String: String] {
        look()
        return updates.filter { known[$0.key] != $0.value }
    }

    private func look() {
        let start = clock.now
        guard start >= nextLook else { return }
        let current = source.stamp
        if current != stamp {
            let page = livePage(of: source)
            (html, updates, security, stamp) = (page.html, page.updates, page.policy, current)
        }
        nextLook = clock.now.advanced(by: max(.milliseconds(500), start.duration(to: clock.now) * 9))
    }
}
