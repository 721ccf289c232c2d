/// The n-grams of some sequences, as numbers that are equal where the n-grams are.
struct NGrams {
    /// How often each n-gram comes up: [order − 1][sequence][number of the n-gram].
    let counts: [[[Int]]]

    /// Numbers the n-grams of 1 to `orders` tokens. An n-gram's number stands for the pair of its first n − 1 tokens'
    /// number and its last token, so different n-grams never share one.
    init(_ sequences: [[some Hashable]], orders: Int) {
        let tokens = numbered(sequences)
        var (grams, counts) = (tokens, [counted(tokens)])
        for order in 2..<orders + 1 {
            let pairs = zip(grams, tokens).map { grams, tokens in
                zip(grams, tokens.dropFirst(order - 1)).map { $0 << 32 | $1 }
            }
            grams = numbered(pairs)
            counts.append(counted(grams))
        }
        self.counts = counts
    }

    /// How many n-grams of an order a sequence has.
    func total(_ order: Int, _ sequence: Int) -> Int { counts[order - 1][sequence].reduce(0, +) }

    /// How many n-grams of an order the first sequence shares with the others: each counts at most as often as it
    /// comes up in one of them.
    func matches(_ order: Int, with others: Range<Int>) -> Int {
        let counts = counts[order - 1]
        return counts[0].indices.reduce(0) { sum, gram in
            sum + min(counts[0][gram], others.reduce(0) { max($0, counts[$1][gram]) })
        }
    }
}

/// Equal elements by equal numbers, from 0.
private func numbered<Element: Hashable>(_ sequences: [[Element]]) -> [[Int]] {
    var numbers: [Element: Int] = [:]
    return sequences.map { sequence in
        sequence.map { element in
            if let number = numbers[element] { return number }
            numbers[element] = numbers.count
            return numbers.count - 1
        }
    }
}

/// How often each number comes up in each sequence.
private func counted(_ sequences: [[Int]]) -> [[Int]] {
    let size = 1 + (sequences.lazy.joined().max() ?? -1)
    return sequences.map { sequence in
        var counts = [Int](repeating: 0, count: size)
        for number in sequence { counts[number] += 1 }
        return counts
    }
}
