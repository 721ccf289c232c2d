/// What merging a word needs besides its symbols, kept from word to word.
struct MergeScratch {
    /// For each symbol the merge with its right neighbor: rank and merged token, or `PairTable.missing`.
    var pairs: [UInt64] = []

    private var nexts: [Int32] = []
    private var previouses: [Int32] = []
    private var queue: [UInt64] = []  // a binary heap of rank << 32 | position; outdated entries stay in it

    /// Begins a word of so many symbols, each linked to its neighbors.
    mutating func link(_ count: Int) {
        pairs = [UInt64](repeating: PairTable.missing, count: count)
        nexts = (1...Int32(count)).map { $0 < count ? $0 : -1 }
        previouses = (0..<Int32(count)).map { $0 - 1 }
        queue.removeAll(keepingCapacity: true)
    }

    func next(of position: Int) -> Int? { nexts[position] >= 0 ? Int(nexts[position]) : nil }

    func previous(of position: Int) -> Int? { previouses[position] >= 0 ? Int(previouses[position]) : nil }

    /// Takes the right neighbor out of the list.
    mutating func unlink(after position: Int) {
        let gone = Int(nexts[position])
        pairs[gone] = PairTable.missing
        nexts[position] = nexts[gone]
        if nexts[gone] >= 0 { previouses[Int(nexts[gone])] = Int32(position) }
    }

    /// Sets the merge of the symbol at `position` with its right neighbor.
    mutating func offer(_ pair: UInt64, at position: Int) {
        pairs[position] = pair
        if pair == PairTable.missing { return }
        queue.append(pair & ~0xFFFF_FFFF | UInt64(position))
        var i = queue.count - 1
        while i > 0, queue[i] < queue[(i - 1) / 2] {
            queue.swapAt(i, (i - 1) / 2)
            i = (i - 1) / 2
        }
    }

    /// The merge of lowest rank, leftmost of equals.
    mutating func take() -> (position: Int, merged: Int32)? {
        while let entry = popped() {
            let position = Int(entry & 0xFFFF_FFFF)
            let pair = pairs[position]
            if pair != PairTable.missing, pair >> 32 == entry >> 32 {
                return (position, Int32(truncatingIfNeeded: pair))
            }
        }
        return nil
    }

    private mutating func popped() -> UInt64? {
        guard let first = queue.first, let last = queue.popLast() else { return nil }
        if queue.isEmpty { return first }
        queue[0] = last
        var i = 0
        while true {
            var child = 2 * i + 1
            if child >= queue.count { break }
            if child + 1 < queue.count, queue[child + 1] < queue[child] { child += 1 }
            if queue[i] <= queue[child] { break }
            queue.swapAt(i, child)
            i = child
        }
        return first
    }
}
