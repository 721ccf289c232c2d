/// A small generator, so that libFuzzer's seed decides everything.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Values that readers have stumbled over: the ends of integers, floats that are none, wrong types, empty things.
private let values = [
    "0", "-1", "1", "2", "3", "7", "64", "1000000", "2147483647", "2147483648", "-2147483649", "4294967296",
    "9007199254740993", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e30",
    "1e308",
    "1e-320", "1e999", "-0.0", "0.5", "NaN", "Infinity", "null", "true", "false", "\"\"", "[]", "{}",
    "[null]",
    "[[]]", "\"\\ud800\"", "\"\\u0000\"", "\"a\"", "[0,0,0]", "{\"a\":{\"a\":1}}",
].map { Array($0.utf8) }

/// The text with one of its JSON scalars replaced: by a value that readers stumble over, or by another of its scalars.
func withOtherValue(_ text: [UInt8], _ random: inout SplitMix) -> [UInt8]? {
    let found = scalars(of: text)
    guard let victim = found.randomElement(using: &random) else { return nil }
    let other = found.randomElement(using: &random).map { Array(text[$0]) } ?? []
    let new = random.next() % 4 == 0 ? other : values.randomElement(using: &random) ?? other
    return Array(text[..<victim.lowerBound]) + new + text[victim.upperBound...]
}

/// Where strings, numbers and words lie in a text that is JSON or nearly.
private func scalars(of text: [UInt8]) -> [Range<Int>] {
    var (ranges, i): ([Range<Int>], Int) = ([], 0)
    let ends = Set(" \t\r\n,:[]{}\"".utf8)
    while i < text.count {
        let start = i
        if text[i] == UInt8(ascii: "\"") {
            i += 1
            while i < text.count, text[i] != UInt8(ascii: "\"") { i += text[i] == UInt8(ascii: "\\") ? 2 : 1 }
            i = min(i + 1, text.count)
        } else if ends.contains(text[i]) {
            i += 1
            continue
        } else {
            while i < text.count, !ends.contains(text[i]) { i += 1 }
        }
        ranges.append(start..<i)
    }
    return ranges
}
