/// A shell wildcard pattern: `*` stands for any text, dots included; `?` for one character; `[ab]`, `[a-z]` and `[!a]` for
/// one of a set.
struct Wildcard {
    private enum Part {
        case anyText
        case anyCharacter
        case one(of: [ClosedRange<Character>], isNegated: Bool)

        func matches(_ character: Character) -> Bool {
            switch self {
            case .anyText, .anyCharacter: true
            case .one(let ranges, let isNegated): ranges.contains { $0.contains(character) } != isNegated
            }
        }
    }

    private let parts: [Part]

    init(_ pattern: String) {
        var (rest, parts) = (Array(pattern)[...], [Part]())
        while let character = rest.popFirst() {
            switch character {
            case "*": parts.append(.anyText)
            case "?": parts.append(.anyCharacter)
            case "[":
                let isNegated = rest.first == "!"
                let members = isNegated ? rest.dropFirst() : rest
                if let end = members.dropFirst().firstIndex(of: "]") {
                    parts.append(.one(of: ranges(in: members[..<end]), isNegated: isNegated))
                    rest = rest[(end + 1)...]
                } else {
                    fallthrough
                }
            default: parts.append(.one(of: [character...character], isNegated: false))
            }
        }
        self.parts = parts
    }

    func matches(_ name: String) -> Bool { distance(to: name) == 0 }

    /// The fewest characters to change, insert or leave out so that the name matches: Levenshtein's distance, with `*` free.
    func distance(to name: String) -> Int {
        let name = Array(name)
        var row = Array(0...name.count)
        for part in parts {
            if case .anyText = part {
                for place in name.indices { row[place + 1] = min(row[place + 1], row[place]) }
                continue
            }
            var diagonal = row[0]
            row[0] += 1
            for (place, character) in name.enumerated() {
                let next = min(
                    row[place] + 1, row[place + 1] + 1, diagonal + (part.matches(character) ? 0 : 1))
                (diagonal, row[place + 1]) = (row[place + 1], next)
            }
        }
        return row[name.count]
    }
}

/// The characters of a set such as `a-z0`.
private func ranges(in members: ArraySlice<Character>) -> [ClosedRange<Character>] {
    var (rest, ranges) = (members, [ClosedRange<Character>]())
    while let first = rest.popFirst() {
        if rest.first == "-", let last = rest.dropFirst().first, first <= last {
            ranges.append(first...last)
            rest = rest.dropFirst(2)
        } else {
            ranges.append(first...first)
        }
    }
    return ranges
}
