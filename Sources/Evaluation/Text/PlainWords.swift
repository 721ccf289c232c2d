/// The final answer of a text, in a form in which like answers are the same: what follows the last `####`, if there is
/// one, in lower case, without punctuation, articles and superfluous spaces.
public func normalizedAnswer(_ text: String) -> String {
    let final = text.ranges(of: "####").last.map { text[$0.upperBound...] } ?? text[...]
    let words = plainWords(String(final)).split(separator: " ")
    let kept = words.filter { !["a", "an", "the"].contains($0) }
    return (kept.isEmpty ? words : kept).joined(separator: " ")
}

/// Letters and numbers in lower case, one space between words. A point or a comma inside a number belongs to it, and so
/// does a minus before it; a comma is dropped, and so is an apostrophe. A text without either stays as it is.
public func plainWords(_ text: String) -> String {
    let isPlainest = text.utf8.allSatisfy { $0 < 0x80 }  // so that a million facts take seconds
    let result = isPlainest ? plainBytes(Array(text.utf8)) : plainLetters(Array(text.lowercased()))
    return result.isEmpty ? text.lowercased() : result
}

private func plainLetters(_ letters: [Character]) -> String {
    var (result, isInWord) = ("", false)
    for (place, letter) in letters.enumerated() {
        let startsNumber = place + 1 < letters.count && letters[place + 1].isNumber
        let endsNumber = place > 0 && letters[place - 1].isNumber
        if letter.isLetter || letter.isNumber || (letter == "." && startsNumber && endsNumber)
            || (letter == "-" && startsNumber && !isInWord)
        {
            if !isInWord && !result.isEmpty { result.append(" ") }
            result.append(letter)
            isInWord = true
        } else if !(letter == "," && startsNumber && endsNumber) && letter != "'" {
            isInWord = false
        }
    }
    return result
}

/// The same for ASCII.
private func plainBytes(_ bytes: [UInt8]) -> String {
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    var (result, isInWord) = ([UInt8](), false)
    result.reserveCapacity(bytes.count)
    for (place, byte) in bytes.enumerated() {
        let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
        let startsNumber = place + 1 < bytes.count && isDigit(bytes[place + 1])
        let endsNumber = place > 0 && isDigit(bytes[place - 1])
        if (0x61...0x7A).contains(lower) || isDigit(lower) || (lower == 0x2E && startsNumber && endsNumber)
            || (lower == 0x2D && startsNumber && !isInWord)
        {
            if !isInWord && !result.isEmpty { result.append(0x20) }
            result.append(lower)
            isInWord = true
        } else if !(lower == 0x2C && startsNumber && endsNumber) && lower != 0x27 {
            isInWord = false
        }
    }
    return String(decoding: result, as: UTF8.self)
}
