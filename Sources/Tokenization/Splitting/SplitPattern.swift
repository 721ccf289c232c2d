/// The regular expressions that split text before merging, as hand-written scanners.
///
/// Every scalar belongs to some match of each of these expressions, so a scanner answers one question: where does
/// the word that begins here end?
enum SplitPattern: Equatable {
    /// GPT-2's expression.
    case gpt2

    /// The expression of GPT-4's kind, with at most so many numerals in a word: 1 in Qwen2, 3 in Llama 3.
    case numerals(atMost: Int)

    /// The pattern for an expression as `tokenizer.json` writes it.
    init?(expression: String) {
        let rest =
            #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        let words = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+"#
        switch expression {
        case #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: self = .gpt2
        case words + #"|\p{N}"# + rest: self = .numerals(atMost: 1)
        case words + #"|\p{N}{1,3}"# + rest: self = .numerals(atMost: 3)
        default: return nil
        }
    }
}

/// Where the word that begins at `start` ends, in a text that ends at `limit`:
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
func gpt2End(
    of start: Int, before limit: Int, in text: Span<UInt8>, _ classes: Span<UInt8>
) -> Int {
    let first = text[start]
    if first == UInt8(ascii: "'"), let end = contractionEnd(of: start, before: limit, in: text) { return end }
    var (bits, next) = scalarClass(text, start, classes)
    if first == UInt8(ascii: " "), next < limit {
        let after = scalarClass(text, next, classes)
        if after.bits & ScalarClass.space == 0 { (bits, next) = after }
    }
    if bits & ScalarClass.letter != 0 { return runEnd(of: ScalarClass.letter, next, limit, text, classes) }
    if bits & ScalarClass.number != 0 { return runEnd(of: ScalarClass.number, next, limit, text, classes) }
    if bits & ScalarClass.space == 0 { return otherEnd(next, limit, text, classes) }
    return spaceEnd(of: start, before: limit, in: text, classes)
}

/// Where the word that begins at `start` ends, in a text that ends at `limit`:
/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,most}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+`
/// `|\s+(?!\S)|\s+`
func numeralsEnd(
    of start: Int, before limit: Int, in text: Span<UInt8>, atMost most: Int, _ classes: Span<UInt8>
) -> Int {
    let first = text[start]
    if first == UInt8(ascii: "'"), let end = anyCaseContractionEnd(of: start, before: limit, in: text) {
        return end
    }
    var (bits, next) = scalarClass(text, start, classes)
    if bits & ScalarClass.letter != 0 { return runEnd(of: ScalarClass.letter, next, limit, text, classes) }
    if bits & ScalarClass.number != 0 {
        for _ in 1..<most where next < limit {
            let after = scalarClass(text, next, classes)
            if after.bits & ScalarClass.number == 0 { break }
            next = after.next
        }
        return next
    }
    if next < limit, bits & ScalarClass.lineBreak == 0 {
        let after = scalarClass(text, next, classes)
        if after.bits & ScalarClass.letter != 0 {
            return runEnd(of: ScalarClass.letter, after.next, limit, text, classes)
        }
        if first == UInt8(ascii: " "), after.bits & ScalarClass.named == 0 { (bits, next) = after }
    }
    if bits & ScalarClass.space != 0 { return spaceOrLinesEnd(of: start, before: limit, in: text, classes) }
    var end = otherEnd(next, limit, text, classes)
    while end < limit, classes[Int(text[end])] & ScalarClass.lineBreak != 0 { end += 1 }
    return end
}

/// Where a run of scalars with a bit ends.
@inline(__always)
private func runEnd(
    of bit: UInt8, _ start: Int, _ limit: Int, _ text: Span<UInt8>, _ classes: Span<UInt8>
) -> Int {
    var end = start
    while end < limit {
        let (bits, next) = scalarClass(text, end, classes)
        if bits & bit == 0 { break }
        end = next
    }
    return end
}

/// Where a run of scalars that are neither letters nor numbers nor white space ends.
@inline(__always)
private func otherEnd(_ start: Int, _ limit: Int, _ text: Span<UInt8>, _ classes: Span<UInt8>) -> Int {
    var end = start
    while end < limit {
        let (bits, next) = scalarClass(text, end, classes)
        if bits & ScalarClass.named != 0 { break }
        end = next
    }
    return end
}

/// `\s+(?!\S)|\s+`: white space keeps its last scalar for the word that follows, unless that is all there is.
private func spaceEnd(of start: Int, before limit: Int, in text: Span<UInt8>, _ classes: Span<UInt8>) -> Int {
    var (last, end) = (start, start)
    while end < limit {
        let (bits, next) = scalarClass(text, end, classes)
        if bits & ScalarClass.space == 0 { return last > start ? last : end }
        (last, end) = (end, next)
    }
    return limit
}

/// `\s*[\r\n]+|\s+(?!\S)|\s+`: white space with a line break in it ends after the last of them.
private func spaceOrLinesEnd(
    of start: Int, before limit: Int, in text: Span<UInt8>, _ classes: Span<UInt8>
) -> Int {
    var (last, end, afterBreak) = (start, start, start)
    while end < limit {
        let (bits, next) = scalarClass(text, end, classes)
        if bits & ScalarClass.space == 0 { break }
        if bits & ScalarClass.lineBreak != 0 { afterBreak = next }
        (last, end) = (end, next)
    }
    if afterBreak > start { return afterBreak }
    return end == limit || last == start ? end : last
}

/// `'s|'t|'re|'ve|'m|'ll|'d`
private func contractionEnd(of start: Int, before limit: Int, in text: Span<UInt8>) -> Int? {
    guard start + 1 < limit else { return nil }
    let second = text[start + 1]
    switch second {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
    default: return longContractionEnd(second, start, limit, text, fold: 0)
    }
}

/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)`: the case-insensitive s includes ſ, as in the reference.
private func anyCaseContractionEnd(of start: Int, before limit: Int, in text: Span<UInt8>) -> Int? {
    guard start + 1 < limit else { return nil }
    let second = text[start + 1] | 0x20
    switch second {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
    default: break
    }
    if text[start + 1] == 0xC5, text[start + 2] == 0xBF { return start + 3 }
    return longContractionEnd(second, start, limit, text, fold: 0x20)
}

private func longContractionEnd(
    _ second: UInt8, _ start: Int, _ limit: Int, _ text: Span<UInt8>, fold: UInt8
) -> Int? {
    guard start + 2 < limit else { return nil }
    let third = text[start + 2] | fold
    switch (second, third) {
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
        (UInt8(ascii: "l"), UInt8(ascii: "l")):
        return start + 3
    default: return nil
    }
}
