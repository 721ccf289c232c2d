/// A block of consecutive queries of one head in one sequence, and the keys that any of them sees.
struct AttentionBlock {
    let rows: Range<Int>  // rows of queries
    let keys: Range<Int>  // rows of keys
    let seen: Int  // keys of the block that the first query sees, or would without a window
    let window: Int
    let isCausal: Bool

    /// Queries a block: scores of a block stay in the cache, and little of them is computed in vain.
    static let size = 64

    /// The keys of the block that a query sees.
    func visible(row: Int) -> Range<Int> {
        let end = isCausal ? seen + row : keys.count
        return max(0, end - window)..<end
    }

    static func all(in shape: AttentionShape) -> [AttentionBlock] {
        zip(shape.queries.sequences, shape.keys.sequences).flatMap { q, k in
            stride(from: q.lowerBound, to: q.upperBound, by: size).map { start in
                let end = min(start + size, q.upperBound)
                // From a row of queries to its place in the sequence.
                let before = k.count - q.count - q.lowerBound
                let window = shape.window ?? k.count
                let first = max(0, before + start + 1 - window)
                guard shape.isCausal else {
                    return AttentionBlock(
                        rows: start..<end, keys: k, seen: k.count, window: k.count, isCausal: false)
                }
                return AttentionBlock(
                    rows: start..<end, keys: k.lowerBound + first..<k.lowerBound + before + end,
                    seen: before + start + 1 - first, window: window, isCausal: true)
            }
        }
    }
}
