/// Finds added tokens in a text: of those that begin leftmost, the longest.
struct AddedTokenSearch: Sendable {
    /// A part of a text, and the token it is if it is one.
    struct Piece: Equatable {
        let range: Range<Int>
        let token: Int32?
    }

    private let tokens: [AddedToken]
    private let contents: [[UInt8]]  // of each token, as it stands in the text
    private var edges = PairTable(capacity: 16)  // (node, byte) → node; node 0 is the root
    private var endings: [Int32] = [-1]  // by node: the index of the token that ends there
    private var begins = [Bool](repeating: false, count: 256)

    /// - Parameter normalizer: what the text will have passed through.
    init(_ tokens: [AddedToken], _ normalizer: Normalizer = .none) {
        self.tokens = tokens
        contents = tokens.map { normalizer.normalized($0.content) }
        for (index, content) in contents.enumerated() {
            var node: Int32 = 0
            for byte in content {
                if edges[node, Int32(byte)] == PairTable.missing {
                    edges[node, Int32(byte)] = UInt64(endings.count)
                    endings.append(-1)
                }
                node = Int32(edges[node, Int32(byte)])
            }
            if let first = content.first { begins[Int(first)] = true }
            if node > 0 { endings[Int(node)] = Int32(index) }
        }
    }

    /// The text in pieces, in order and without empty ones.
    func pieces(of text: Span<UInt8>, _ range: Range<Int>) -> [Piece] {
        if tokens.isEmpty { return range.isEmpty ? [] : [Piece(range: range, token: nil)] }
        var pieces: [Piece] = []
        var (done, i) = (range.lowerBound, range.lowerBound)
        // Looking on from each place anew is fast for real tokens; where it is not, all places are looked at together.
        var (steps, longest) = (16 * range.count + 4096, [Int32]())
        while i < range.upperBound {
            if steps < 0, longest.isEmpty {
                longest = LongestTokens(contents).beginning(in: text, range)
            }
            let found =
                if !longest.isEmpty {
                    match(longest[i - range.lowerBound], at: i)
                } else {
                    begins[Int(text[i])] ? match(at: i, in: text, range, &steps) : nil
                }
            guard let (token, end) = found else {
                i += 1
                continue
            }
            if let found = widened(token, i..<end, in: text, range, notBefore: done) {
                if done < found.lowerBound {
                    pieces.append(Piece(range: done..<found.lowerBound, token: nil))
                }
                pieces.append(Piece(range: found, token: token.id))
                done = found.upperBound
            }
            i = end
        }
        if done < range.upperBound { pieces.append(Piece(range: done..<range.upperBound, token: nil)) }
        return pieces
    }

    private func match(_ token: Int32, at start: Int) -> (AddedToken, end: Int)? {
        token < 0 ? nil : (tokens[Int(token)], start + contents[Int(token)].count)
    }

    private func match(
        at start: Int, in text: Span<UInt8>, _ range: Range<Int>, _ steps: inout Int
    ) -> (AddedToken, end: Int)? {
        var (node, longest, end): (Int32, Int32, Int) = (0, -1, start)
        for i in start..<range.upperBound {
            steps -= 1
            let edge = edges[node, Int32(text[i])]
            if edge == PairTable.missing { break }
            node = Int32(edge)
            if endings[Int(node)] >= 0 { (longest, end) = (endings[Int(node)], i + 1) }
        }
        return longest < 0 ? nil : (tokens[Int(longest)], end)
    }

    /// The match with the white space that belongs to it; nil if it had to be a word of its own and is not.
    private func widened(
        _ token: AddedToken, _ match: Range<Int>, in text: Span<UInt8>, _ range: Range<Int>, notBefore: Int
    ) -> Range<Int>? {
        var (start, end) = (match.lowerBound, match.upperBound)
        if token.singleWord {
            if start > range.lowerBound,
                isWordScalar(scalarAt(scalarStart(before: start, in: text), in: text).scalar)
            {
                return nil
            }
            if end < range.upperBound, isWordScalar(scalarAt(end, in: text).scalar) { return nil }
        }
        if token.leftSpace {
            while start > notBefore {
                let before = scalarStart(before: start, in: text)
                if !isSpace(text, before) { break }
                start = before
            }
        }
        while token.rightSpace, end < range.upperBound, isSpace(text, end) {
            end = scalarClass(text, end).next
        }
        return min(start, end)..<end
    }

    private func scalarClass(_ text: Span<UInt8>, _ i: Int) -> (bits: UInt8, next: Int) {
        let classes = ScalarClass.table
        return Tokenization::scalarClass(text, i, classes.span)
    }

    private func isSpace(_ text: Span<UInt8>, _ i: Int) -> Bool {
        scalarClass(text, i).bits & ScalarClass.space != 0
    }
}

private func scalarStart(before i: Int, in text: Span<UInt8>) -> Int {
    var start = i - 1
    while text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
}
