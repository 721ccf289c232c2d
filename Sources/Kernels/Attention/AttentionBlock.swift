/// A block of consecutive queries in one sequence, and the keys that any of them sees.
struct AttentionBlock {
    let rows: Range<Int>  // rows of queries
    let keys: Range<Int>  // positions in the sequence
    let start: Int  // the first query's position
    let count: Int  // positions of the sequence
    let mask: AttentionMask
    let window: Int?
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
    func visible(row: Int) -> Range<Int> { mask.visible(from: start + row, of: count, window: window) }

    /// The same within a part of the keys, relative to its start.
    func visible(row: Int, of part: Range<Int>) -> Range<Int> {
        let seen = visible(row: row).clamped(to: part)
        return seen.lowerBound - part.lowerBound..<seen.upperBound - part.lowerBound
    }

    /// The keys of the block in parts. A query sees some keys of the first part, and may see none of the others.
    var parts: [Range<Int>] { evenPieces(of: keys, atMost: Self.reach, unit: unit) }

    /// The blocks of one sequence with these query rows and at least as many keys.
    static func all(
        queries q: Range<Int>, keys count: Int, _ mask: AttentionMask, window: Int?, _ numbers: PanelNumbers
    ) -> [AttentionBlock] {
        let (size, unit) = (size(numbers), numbers.panelColumns)
        return stride(from: q.lowerBound, to: q.upperBound, by: size).map { start in
            let rows = start..<min(start + size, q.upperBound)
            let first = count - q.upperBound + start  // the position of the first query
            let seen = rows.indices.map { mask.visible(from: first + $0 - start, of: count, window: window) }
            let end = seen.reduce(0) { max($0, $1.upperBound) }
            return AttentionBlock(
                rows: rows, keys: seen[0].lowerBound / unit * unit..<end, start: first, count: count,
                mask: mask, window: window, unit: unit)
        }
    }
}
