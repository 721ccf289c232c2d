/// A value as `{{ }}` prints it: Python's str.
func printed(_ value: Value) -> String {
    switch value {
    case .undefined: ""
    case .string(let string): string
    default: repr(value)
    }
}

/// Python's repr.
func repr(_ value: Value) -> String {
    switch value {
    case .undefined: "Undefined"
    case .none: "None"
    case .bool(let bool): bool ? "True" : "False"
    case .int(let number): "\(number)"
    case .float(let number): pythonNumber(number)
    case .string(let string): repr(string)
    case .list(let items): "[" + items.map { repr($0) }.joined(separator: ", ") + "]"
    case .tuple(let items):
        "(" + items.map { repr($0) }.joined(separator: ", ") + (items.count == 1 ? ",)" : ")")
    case .dictionary(let pairs):
        "{" + pairs.map { "\(repr($0.key)): \(repr($0.value))" }.joined(separator: ", ") + "}"
    case .namespace(let space): "<Namespace \(repr(.dictionary(space.attributes)))>"
    case .loop(let state): "<LoopContext \(state.index + 1)/\(state.items.count)>"
    case .function(let function): "<function \(function.name)>"
    }
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
func occurrences(of part: Scalars, in text: Scalars) -> [Int] {
    var (places, i): ([Int], Int) = ([], 0)
    while i + part.count <= text.count {
        if text[i] == part[0], text[i..<i + part.count].elementsEqual(part) {
            places.append(i)
            i += part.count
        } else {
            i += 1
        }
    }
    return places
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
