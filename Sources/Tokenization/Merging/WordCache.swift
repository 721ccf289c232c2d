/// Words that one call has already encoded, and where in its ids their tokens stand.
struct WordCache {
    private struct Entry {
        var start: Int32 = 0
        var length: Int32 = 0  // 0: free; no word is empty
        var ids: Int32 = 0
        var count: Int32 = 0
    }

    private var entries: [Entry]
    private var words: [UInt8] = []

    /// A cache fit for a text of so many bytes; longer words are not worth keeping.
    init(textLength: Int) {
        var slots = 64
        while slots < textLength / 8, slots < 1 << 16 { slots *= 2 }
        entries = [Entry](repeating: Entry(), count: slots)
    }

    static let longestWord = 64

    /// Appends the tokens of a word that has been seen, or says where to keep it.
    @inline(__always)
    func repeatWord(_ text: Span<UInt8>, _ word: Range<Int>, _ ids: inout [Int32]) -> (done: Bool, slot: Int)
    {
        let slot = hashOfBytes(text, word) & (entries.count - 1)
        let entry = entries[slot]
        let kept = Int(entry.start)..<Int(entry.start + entry.length)
        guard sameBytes(words.span, kept, text, word) else { return (false, slot) }
        for i in Int(entry.ids)..<Int(entry.ids + entry.count) { ids.append(ids[i]) }
        return (true, slot)
    }

    /// Keeps a word whose tokens are the last of `ids`, in place of the one that was there.
    mutating func keep(_ text: Span<UInt8>, _ word: Range<Int>, tokens: Range<Int>, at slot: Int) {
        guard tokens.upperBound <= Int(Int32.max) else { return }
        if words.count > 1 << 24 {
            words.removeAll(keepingCapacity: true)
            entries = [Entry](repeating: Entry(), count: entries.count)
        }
        entries[slot] = Entry(
            start: Int32(words.count), length: Int32(word.count), ids: Int32(tokens.lowerBound),
            count: Int32(tokens.count))
        for i in word { words.append(text[i]) }
    }
}
