/// A value as `{{ }}` prints it: Python's str.
func printed(_ value: Value) -> String {
    switch value {
    case .undefined: ""
    case .string(let string): string
    default: repr(value)
    }
}

/// Python's repr. What is longer than a text may be is cut, and the rendering ends with that.
func repr(_ value: Value) -> String {
    var text = ""
    write(value, to: &text, level: 0)
    return text
}

/// Namespaces may hold themselves; Python's own would end in an error.
private let deepestText = 200

private func write(_ value: Value, to text: inout String, level: Int) {
    let before = text.utf8.count
    guard level <= deepestText, before <= Renderer.longestText else {
        _ = hasRoom(forWork: 1 << 40)
        return
    }
    func list(_ open: String, _ items: [Value], _ close: String) {
        guard hasRoom(forWork: items.count) else { return }
        text += open
        for (place, item) in items.enumerated() where text.utf8.count <= Renderer.longestText {
            if place > 0 { text += ", " }
            write(item, to: &text, level: level + 1)
        }
        text += close
    }
    switch value {
    case .undefined: text += "Undefined"
    case .none: text += "None"
    case .bool(let bool): text += bool ? "True" : "False"
    case .int(let number): text += "\(number)"
    case .float(let number): text += pythonNumber(number)
    case .string(let string): if hasRoom(forWork: string.utf8.count / 16) { text += repr(string) }
    case .list(let items): list("[", items, "]")
    case .tuple(let items): list("(", items, items.count == 1 ? ",)" : ")")
    case .dictionary(let pairs):
        guard hasRoom(forWork: pairs.count) else { return }
        text += "{"
        for (place, pair) in pairs.enumerated() where text.utf8.count <= Renderer.longestText {
            if place > 0 { text += ", " }
            write(pair.key, to: &text, level: level + 1)
            text += ": "
            write(pair.value, to: &text, level: level + 1)
        }
        text += "}"
    case .namespace(let space):
        text += "<Namespace "
        write(.dictionary(space.attributes), to: &text, level: level + 1)
        text += ">"
    case .loop(let state): text += "<LoopContext \(state.index + 1)/\(state.items.count)>"
    case .function(let function): text += "<function \(function.name)>"
    }
    if level == 0 { _ = hasRoom(bytes: text.utf8.count) }
    if text.utf8.count > Renderer.longestText { _ = hasRoom(forWork: 1 << 40) }
}

func pythonNumber(_ number: Double) -> String {
    number.isNaN ? "nan" : number.isInfinite ? (number < 0 ? "-inf" : "inf") : "\(number)"
}

/// Python's repr of a text: quoted, with what cannot be printed escaped.
func repr(_ string: String) -> String {
    let scalars = string.unicodeScalars
    let quote: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
    var text = String.UnicodeScalarView([quote])
    for scalar in scalars {
        switch scalar {
        case "\\", quote: text.append(contentsOf: ["\\", scalar])
        case "\n": text.append(contentsOf: "\\n".unicodeScalars)
        case "\r": text.append(contentsOf: "\\r".unicodeScalars)
        case "\t": text.append(contentsOf: "\\t".unicodeScalars)
        case _ where isPrintable(scalar): text.append(scalar)
        default: text.append(contentsOf: escaped(scalar).unicodeScalars)
        }
    }
    text.append(quote)
    return String(text)
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
    let value = scalar.value
    return value < 0x100
        ? "\\x" + hexadecimal(value, digits: 2)
        : value < 0x10000 ? "\\u" + hexadecimal(value, digits: 4) : "\\U" + hexadecimal(value, digits: 8)
}

func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == " " { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
        .spaceSeparator:
        return false
    default: return true
    }
}

/// Python's isspace, which `\s` and `strip` go by.
func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
}

/// A text as its scalars, which is what Python counts and cuts.
typealias Scalars = [Unicode.Scalar]

extension String {
    var scalars: Scalars { Scalars(unicodeScalars) }

    init(scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}

/// A text without the characters at its ends that `drops` names.
func stripped(
    _ text: String, left: Bool = true, right: Bool = true, where drops: (Unicode.Scalar) -> Bool = isSpace
) -> String {
    var part = text.scalars[...]
    if left { part = part.drop(while: drops) }
    if right { while let last = part.last, drops(last) { part.removeLast() } }
    return String(scalars: part)
}

/// The places where `part`, which is not empty, begins in a text, from the left and without overlap.
///
/// - Source: Knuth, Morris and Pratt 1977: no letter of the text is looked at more than twice.
func occurrences(of part: Scalars, in text: Scalars) -> [Int] {
    guard part.count <= text.count else { return [] }
    // How long the beginning of `part` is that is also the end of its first letters, one entry for each number of these.
    var borders: [Int32] = [0, 0]
    borders.reserveCapacity(part.count + 1)
    var border = 0
    for i in 1..<max(1, part.count) {
        while border > 0, part[i] != part[border] { border = Int(borders[border]) }
        if part[i] == part[border] { border += 1 }
        borders.append(Int32(border))
    }
    var (places, matched): ([Int], Int) = ([], 0)
    for (i, scalar) in text.enumerated() {
        while matched > 0, scalar != part[matched] { matched = Int(borders[matched]) }
        if scalar == part[matched] { matched += 1 }
        if matched == part.count {
            places.append(i + 1 - matched)
            matched = 0
        }
    }
    return places
}

/// How many lines a text may have more than one.
func breaks(in text: String) -> Int {
    text.utf8.count {
        (0x0A...0x0D).contains($0) || (0x1C...0x1E).contains($0) || [0x85, 0xA8, 0xA9].contains($0)
    }
}

/// Throws for a text that would become longer than any may.
func requireShort(_ bytes: Int) throws {
    if bytes > Renderer.longestText { throw Excess(limit: "\(Renderer.longestText) bytes of text") }
}

/// Python's splitlines.
func lines(of text: String) -> [String] {
    let breaks: Set<Unicode.Scalar> = [
        "\n", "\r", "\u{B}", "\u{C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}",
    ]
    let scalars = text.scalars
    var (result, start, i): ([String], Int, Int) = ([], 0, 0)
    while i < scalars.count {
        if breaks.contains(scalars[i]) {
            result.append(String(scalars: scalars[start..<i]))
            if scalars[i] == "\r", i + 1 < scalars.count, scalars[i + 1] == "\n" { i += 1 }
            start = i + 1
        }
        i += 1
    }
    if start < scalars.count { result.append(String(scalars: scalars[start...])) }
    return result
}
