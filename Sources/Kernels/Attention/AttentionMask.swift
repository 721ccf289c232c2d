/// Which keys the queries of a sequence see: always a range that contains the query's own position.
public enum AttentionMask: Sendable, Hashable {
    /// Every position sees itself and the earlier ones.
    case causal
    /// Causal, but the positions of this range see each other in both directions; 0..<n is a prefix-LM.
    case bidirectional(Range<Int>)
    /// Every position sees the whole sequence.
    case full

    /// The keys that a query at a position sees, in a sequence of `count` positions.
    ///
    /// - Parameter window: Sliding window: only keys at a distance below it are seen, backward and forward, as
    ///   in transformers' bidirectional sliding windows; nil for no window.
    func visible(from position: Int, of count: Int, window: Int?) -> Range<Int> {
        let end =
            switch self {
            case .causal: position + 1
            case .bidirectional(let range) where range.contains(position): range.upperBound
            case .bidirectional: position + 1
            case .full: count
            }
        guard let window else { return 0..<end }
        return max(0, position + 1 - window)..<min(end, position + window)
    }

    /// Whether it means something in a sequence of so many positions.
    func fits(_ count: Int) -> Bool {
        guard case .bidirectional(let range) = self else { return true }
        return range.lowerBound >= 0 && range.upperBound <= count
    }
}
