/// The fewest substitutions, insertions and deletions that turn one sequence into another.
///
/// - Source: Levenshtein 1966, by the row of Wagner and Fischer 1974: time O(n·m), memory O(m).
func editDistance<Element: Equatable>(_ a: [Element], _ b: [Element]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
            let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
            (diagonal, row[j + 1]) = (row[j + 1], next)
        }
    }
    return row[b.count]
}

/// The length of the longest sequence of which both are extensions: the longest common subsequence.
func commonSubsequence<Element: Equatable>(_ a: [Element], _ b: [Element]) -> Int {
    var row = [Int](repeating: 0, count: b.count + 1)
    for x in a {
        var diagonal = 0
        for (j, y) in b.enumerated() {
            let next = x == y ? diagonal + 1 : max(row[j], row[j + 1])
            (diagonal, row[j + 1]) = (row[j + 1], next)
        }
    }
    return row[b.count]
}
