/// The tokens as their file writes them, by id and by string.
struct TokenTable: Sendable {
    private var strings: ByteStrings
    private var indices: [Int32]  // by id; -1: no token has the id
    private var slots: [Int32]  // by hash; -1: empty

    /// One more than the highest id.
    var count: Int { indices.count }

    var tokenCount: Int { strings.count }

    /// Tokens with the ids that a file gave them.
    ///
    /// - Parameter lastOfEqual: Whether of equal strings the last has its id; else they clash.
    /// - Returns: nil and the index of the entry whose id or string had already been taken.
    static func make(
        _ strings: ByteStrings, ids: [Int32], lastOfEqual: Bool = false
    ) -> (table: TokenTable, clash: Int?) {
        var table = TokenTable(strings: strings, count: Int(ids.max() ?? -1) + 1)
        for index in 0..<ids.count {
            let (bytes, range) = (strings.bytes.span, strings.range(index))
            let slot = table.slot(of: bytes, range, hash: hashOfBytes(bytes, range))
            let isKnown = table.slots[slot] >= 0 && !lastOfEqual
            if table.indices[Int(ids[index])] >= 0 || isKnown { return (table, index) }
            table.indices[Int(ids[index])] = Int32(index)
            table.slots[slot] = ids[index]
        }
        return (table, nil)
    }

    private init(strings: ByteStrings, count: Int) {
        self.strings = strings
        indices = [Int32](repeating: -1, count: count)
        var slots = 16
        while slots < strings.count * 2 { slots *= 2 }
        self.slots = [Int32](repeating: -1, count: slots)
    }

    /// The token's bytes in its file; empty for an id that no token has.
    subscript(id: Int32) -> ArraySlice<UInt8> {
        guard id >= 0, id < indices.count, indices[Int(id)] >= 0 else { return [] }
        return strings[Int(indices[Int(id)])]
    }

    /// Lets `body` see the bytes of all tokens; the indices of `self[id]` are places in them.
    func bytes(_ body: (Span<UInt8>) -> Void) { body(strings.bytes.span) }

    func contains(_ id: Int32) -> Bool { id >= 0 && id < indices.count && indices[Int(id)] >= 0 }

    func id(of bytes: Span<UInt8>, _ range: Range<Int>) -> Int32? {
        id(of: bytes, range, hash: hashOfBytes(bytes, range))
    }

    /// - Parameter hash: the string's hash, for callers that have it.
    func id(of bytes: Span<UInt8>, _ range: Range<Int>, hash: Int) -> Int32? {
        let id = slots[slot(of: bytes, range, hash: hash)]
        return id >= 0 ? id : nil
    }

    func id(of token: [UInt8]) -> Int32? { id(of: token.span, 0..<token.count) }

    /// Where the string's id stands, or the empty slot where it would.
    private func slot(of bytes: Span<UInt8>, _ range: Range<Int>, hash: Int) -> Int {
        let mask = slots.count - 1
        let all = strings.bytes.span
        var slot = hash & mask
        while slots[slot] >= 0 {
            if sameBytes(all, strings.range(Int(indices[Int(slots[slot])])), bytes, range) { break }
            slot = (slot + 1) & mask
        }
        return slot
    }
}
