import HeadActivation
import Reports
import Statistics

/// What happened to a task's pattern from its first checkpoint to its last, in a sentence; `nil` for a single one.
func finding(on task: String, _ digests: [PatternDigest]) -> String? {
    guard let first = digests.first, let last = digests.last, digests.count > 1 else { return nil }
    let from = first.summary.checkpoint
    let to = last.summary.checkpoint
    guard let before = first.statistics.gini.value, let after = last.statistics.gini.value else {
        return "\(task): no head has any activation at \(from) or \(to)."
    }
    let numbers = "Gini \(fixed(before, decimals: 2)) → \(fixed(after, decimals: 2)) from \(from) to \(to)"
    guard let one = first.statistics.gini.interval, let other = last.statistics.gini.interval,
        one.high < other.low || other.high < one.low
    else {
        return
            "\(task): \(numbers), within the uncertainty: no change in how evenly heads are used is established."
    }
    return after < before
        ? "\(task): \(numbers): the activation spread more evenly over heads."
        : "\(task): \(numbers): the activation gathered in fewer heads."
}
