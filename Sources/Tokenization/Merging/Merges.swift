/// The table of merges that a list gives: (left, right) → rank in the high half, merged token in the low half.
///
/// - Parameters:
///   - merges: left, right, left, right, … by rank.
///   - source: the file, for error messages.
func mergeTable(_ merges: ByteStrings, _ tokens: TokenTable, source: String) throws(TokenizerError)
    -> PairTable
{
    var table = PairTable(capacity: merges.count / 2)
    let bytes = merges.bytes.span
    for rank in 0..<merges.count / 2 {
        let (left, right) = (merges.range(2 * rank), merges.range(2 * rank + 1))
        guard let first = tokens.id(of: bytes, left), let second = tokens.id(of: bytes, right),
            let both = tokens.id(of: bytes, left.lowerBound..<right.upperBound)
        else {
            let pair = [left, right].map { String(decoding: merges.bytes[$0], as: UTF8.self) }
            throw .malformed(
                source: source,
                reason:
                    "merge \(rank + 1), \"\(pair[0])\" + \"\(pair[1])\", names or makes a token that is "
                    + "not in the vocabulary")
        }
        table[first, second] = UInt64(rank) << 32 | UInt64(both)
    }
    return table
}

/// A way to make a token from two others.
private struct ScoredMerge {
    let left: Int32
    let right: Int32
    let token: Int32
    let leftLength: Int32  // characters
    let rightLength: Int32
}

/// The merges that a vocabulary with scores implies, where a file lists none: every token from every two tokens
/// that spell it, the highest score first.
///
/// Of equal scores, the longer left part comes first, then the longer right part, as in the reference.
///
/// - Parameter scores: by id.
func mergeTable(_ tokens: TokenTable, scores: [Float]) -> PairTable {
    let order = (0..<Int32(scores.count)).sorted { (scores[Int($1)], $0) < (scores[Int($0)], $1) }
    var merges: [ScoredMerge] = []
    merges.reserveCapacity(2 * scores.count)
    tokens.bytes { bytes in
        var group = 0  // where the merges of one score begin
        for (place, id) in order.enumerated() {
            if place > 0, scores[Int(id)] != scores[Int(order[place - 1])] {
                putInOrder(&merges, from: group)
                group = merges.count
            }
            appendMerges(of: id, tokens, bytes, to: &merges)
        }
        putInOrder(&merges, from: group)
    }
    var table = PairTable(capacity: merges.count)
    for (rank, merge) in merges.enumerated() {
        table[merge.left, merge.right] = UInt64(rank) << 32 | UInt64(merge.token)
    }
    return table
}

private func appendMerges(
    of id: Int32, _ tokens: TokenTable, _ bytes: Span<UInt8>, to merges: inout [ScoredMerge]
) {
    let range = tokens[id].startIndex..<tokens[id].endIndex
    var hash = RunningHash()
    var lengths: Int32 = 0
    for i in range { if bytes[i] & 0xC0 != 0x80 { lengths += 1 } }
    var before: Int32 = 0
    var i = range.lowerBound
    while i < range.upperBound {
        let next = scalarAt(i, in: bytes).next
        if next == range.upperBound { break }
        while i < next {
            hash.add(bytes[i])
            i += 1
        }
        before += 1
        if let left = tokens.id(of: bytes, range.lowerBound..<i, hash: hash.value),
            let right = tokens.id(of: bytes, i..<range.upperBound)
        {
            merges.append(
                ScoredMerge(
                    left: left, right: right, token: id, leftLength: before, rightLength: lengths - before))
        }
    }
}

private func putInOrder(_ merges: inout [ScoredMerge], from start: Int) {
    if merges.count - start < 2 { return }
    let sorted = merges[start...].enumerated().sorted { a, b in
        (b.element.leftLength, b.element.rightLength, a.offset)
            < (a.element.leftLength, a.element.rightLength, b.offset)
    }
    merges.replaceSubrange(start..., with: sorted.map(\.element))
}
