import Foundation
import JSON

/// The first list in a text that is one of the wanted values, whatever stands before and after it; nil where there is none.
///
/// It is read as it was meant: with backslashes that begin no escape, as in LaTeX, also where JSON has an escape of that letter
/// (`\frac`, `\times`), with line breaks in its texts, and with a comma behind its last value.
public func firstJSONList<Value: Decodable>(of type: Value.Type, in text: String) -> [Value]? {
    let bytes = Array(text.utf8)
    var empty: [Value]?
    let starts = bytes.indices.lazy.filter { bytes[$0] == UInt8(ascii: "[") && beginsList(bytes, at: $0) }
    for start in starts.prefix(64) {
        guard let list = JSONListText(bytes, from: start) else { continue }
        guard let values = try? JSONDecoder().decode([Value].self, from: Data(list.repaired)) else {
            continue
        }
        guard values.isEmpty else { return values }
        empty = []
    }
    return empty
}

/// Whether what follows a bracket is an object or the end of an empty list.
private func beginsList(_ bytes: [UInt8], at start: Int) -> Bool {
    let next = bytes[(start + 1)...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return next == UInt8(ascii: "{") || next == UInt8(ascii: "]")
}

/// A list in a text, from its bracket to the one that closes it, as JSON. What is JSON already, and no LaTeX, stays the same.
private struct JSONListText {
    private(set) var repaired: [UInt8] = []

    init?(_ bytes: [UInt8], from start: Int) {
        var (depth, isInText, place) = (0, false, start)
        while place < bytes.count {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "\\") where isInText && place + 1 < bytes.count:
                let isEscape = Self.isEscape(bytes, at: place)
                repaired += isEscape ? [byte, bytes[place + 1]] : [byte, byte]
                place += isEscape ? 1 : 0
            case UInt8(ascii: "\""):
                isInText.toggle()
                repaired.append(byte)
            case 0..<0x20 where isInText:
                repaired += Array(unicodeEscape(UInt16(byte)).utf8)
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if !isInText { depth += 1 }
                repaired.append(byte)
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if !isInText {
                    depth -= 1
                    while let last = repaired.last, [0x20, 0x09, 0x0A, 0x0D].contains(last) {
                        repaired.removeLast()
                    }
                    if repaired.last == UInt8(ascii: ",") { repaired.removeLast() }
                }
                repaired.append(byte)
            default: repaired.append(byte)
            }
            place += 1
            if depth == 0 { return }
        }
        return nil
    }

    /// Whether a backslash begins an escape. That of a LaTeX command, such as \frac or \times, does not.
    private static func isEscape(_ bytes: [UInt8], at place: Int) -> Bool {
        let rest = bytes[(place + 1)...]
        func isLetter(_ byte: UInt8) -> Bool { UnicodeScalar(byte).properties.isAlphabetic && byte < 0x80 }
        switch rest.first {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "n"): return true
        case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "r"):
            return !(rest.count > 1 && isLetter(rest[place + 2]))
        case UInt8(ascii: "t"):
            return !commands.contains(String(decoding: rest.prefix(while: isLetter), as: UTF8.self))
        case UInt8(ascii: "u"):
            let digits = rest.dropFirst().prefix(4)
            return digits.count == 4 && digits.allSatisfy { UnicodeScalar($0).properties.isASCIIHexDigit }
        default: return false
        }
    }

    /// The commands of LaTeX that begin with t: a tab stands before words in programs and lists.
    private static let commands: Set = [
        "tan", "tanh", "tau", "tbinom", "text", "textbf", "textit", "textrm", "textstyle", "tfrac",
        "therefore",
        "theta", "tilde", "times", "to", "top", "triangle",
    ]
}
