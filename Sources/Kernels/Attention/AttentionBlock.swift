/// A block of consecutive queries in one sequence, and the keys that any of them sees.
struct AttentionBlock {
    let rows: Range<Int>  // rows of queries
    let keys: Range<Int>  // places in the sequence
    let seen: Int  // where the first query stops seeing, or would without a window
    let window: Int
    let isCausal: Bool
    /// Parts of the keys start at a multiple of the panel width.
    let unit: Int

    /// Queries per block: 48 or 64, whole strips. Scores then stay in the cache, and few masked scores are
    /// computed.
    static func size(_ numbers: PanelNumbers) -> Int {
        let rows = numbers.stripRows
        return (48 + rows - 1) / rows * rows
    }

    /// The most keys whose scores exist at the same time.
    static let reach = 1024

    /// The positions of the keys that a query of the block sees.
    func visible(row: Int) -> Range<Int> {
        let end = isCausal ? seen + row : keys.upperBound
        return max(0, end - window)..<end
    }

    /// The same within a part of the keys, relative to its start.
    func visible(row: Int, of part: Range<Int>) -> Range<Int> {
        let seen = visible(row: row).clamped(to: part)
        return seen.lowerBound - part.lowerBound..<seen.upperBound - part.lowerBound
    }

    /// The keys of the block in parts. A query may see none of the last part.
    var parts: [Range<Int>] { evenPieces(of: keys, atMost: Self.reach, unit: unit) }

    /// The blocks of one sequence with these query rows and at least as many keys.
    static func all(
        queries q: Range<Int>, keys count: Int, in shape: AttentionShape, _ numbers: PanelNumbers
    ) -> [AttentionBlock] {
        let (size, unit) = (size(numbers), numbers.panelColumns)
        return stride(from: q.lowerBound, to: q.upperBound, by: size).map { start in
            let end = min(start + size, q.upperBound)
            guard shape.isCausal else {
                return AttentionBlock(
                    rows: start..<end, keys: 0..<count, seen: count, window: count, isCausal: false,
                    unit: unit)
            }
            // Offset from a query's row to its position in the sequence.
            let before = count - q.count - q.lowerBound
            let window = shape.window ?? count
            let first = max(0, before + start + 1 - window) / unit * unit
            return AttentionBlock(
                rows: start..<end, keys: first..<before + end, seen: before + start + 1, window: window,
                isCausal: true, unit: unit)
        }
    }
}
