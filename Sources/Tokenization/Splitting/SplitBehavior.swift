/// What becomes of the matches that a split finds.
enum SplitBehavior: String {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"

    /// The pieces of a range of text, without empty ones.
    ///
    /// - Parameters:
    ///   - matches: ascending, without overlaps.
    ///   - inverted: takes what lies between the matches for the matches.
    func pieces(of range: Range<Int>, _ matches: [Range<Int>], inverted: Bool) -> [Range<Int>] {
        var parts: [(range: Range<Int>, isMatch: Bool)] = []
        var done = range.lowerBound
        for match in matches {
            if done < match.lowerBound { parts.append((done..<match.lowerBound, inverted)) }
            parts.append((match, !inverted))
            done = match.upperBound
        }
        if done < range.upperBound { parts.append((done..<range.upperBound, inverted)) }
        return joined(parts).filter { !$0.isEmpty }
    }

    private func joined(_ parts: [(range: Range<Int>, isMatch: Bool)]) -> [Range<Int>] {
        switch self {
        case .removed: return parts.filter { !$0.isMatch }.map(\.range)
        case .isolated: return parts.map(\.range)
        case .mergedWithPrevious: return Self.fold(parts) { $0 && !$1 }
        case .contiguous: return Self.fold(parts) { $0 == $1 }
        case .mergedWithNext: return Self.fold(parts.reversed()) { $0 && !$1 }.reversed()
        }
    }

    /// Joins a part with the one before it where `joins` says so of the two.
    private static func fold(
        _ parts: [(range: Range<Int>, isMatch: Bool)], _ joins: (_ isMatch: Bool, _ previous: Bool) -> Bool
    ) -> [Range<Int>] {
        var (pieces, previous) = ([Range<Int>](), false)
        for (range, isMatch) in parts {
            if joins(isMatch, previous), let last = pieces.popLast() {
                pieces.append(
                    min(last.lowerBound, range.lowerBound)..<max(last.upperBound, range.upperBound))
            } else {
                pieces.append(range)
            }
            previous = isMatch
        }
        return pieces
    }
}
