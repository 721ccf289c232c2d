/// Writes JSON text, one part after the other.
public struct JSONWriter {
    /// How the text looks.
    public struct Style: Sendable {
        /// Writes characters beyond ASCII as `\uXXXX`.
        public var isASCII: Bool
        /// Writes form feed and backspace as `\f` and `\b`, as Python does; else as `\u000c` and `\u0008`.
        public var usesShortEscapes: Bool
        /// What stands before a member or element, once for each level; nil: all on one line.
        public var indent: String?
        /// What stands between two members or elements.
        public var itemSeparator: String
        /// What stands between a key and its value.
        public var keySeparator: String

        /// A line of a file of records, without spaces.
        public static let line = Style(
            isASCII: false, usesShortEscapes: false, indent: nil, itemSeparator: ",", keySeparator: ":")
        /// Python's `json.dumps` with `ensure_ascii=False`.
        public static let python = Style(
            isASCII: false, usesShortEscapes: true, indent: nil, itemSeparator: ", ", keySeparator: ": ")
    }

    /// What was written so far.
    public private(set) var text = ""
    private let style: Style
    private var level = 0
    private var isFirst = true

    /// Begins an empty text.
    public init(_ style: Style) { self.style = style }

    /// Begins an object or array.
    ///
    /// - Parameter bracket: `{` or `[`.
    public mutating func open(_ bracket: Character) {
        text.append(bracket)
        level += 1
        isFirst = true
    }

    /// Goes on to the next element of an array.
    public mutating func element() {
        if !isFirst { text += style.itemSeparator }
        breakLine()
        isFirst = false
    }

    /// Goes on to the next member of an object.
    public mutating func member(_ key: String) {
        element()
        string(key)
        text += style.keySeparator
    }

    /// Ends an object or array.
    ///
    /// - Parameter bracket: `}` or `]`.
    public mutating func close(_ bracket: Character) {
        level -= 1
        if !isFirst { breakLine() }
        text.append(bracket)
        isFirst = false
    }

    /// Writes a string.
    public mutating func string(_ string: String) { text += quoted(string, style) }

    /// Writes what is JSON already: a number, `true`, `false` or `null`.
    public mutating func literal(_ literal: String) { text += literal }

    private mutating func breakLine() {
        guard let indent = style.indent else { return }
        text += "\n"
        for _ in 0..<level { text += indent }
    }
}

extension JSONWriter {
    /// Writes a value; its numbers in the shortest digits that give them back.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: literal("null")
        case .bool(let bool): literal("\(bool)")
        case .int(let number): literal("\(number)")
        case .double(let number): literal(numeral(number))
        case .string(let text): string(text)
        case .array(let elements):
            open("[")
            for value in elements {
                element()
                self.value(value)
            }
            close("]")
        case .object(let members):
            open("{")
            for member in members {
                self.member(member.key)
                self.value(member.value)
            }
            close("}")
        }
    }
}

/// A number as Python's `json` writes it, for which NaN and infinities are numbers.
public func numeral(_ number: Double) -> String {
    number.isFinite ? "\(number)" : number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
}

extension JSONValue {
    /// The value as text.
    public func json(_ style: JSONWriter.Style = .line) -> String {
        var writer = JSONWriter(style)
        writer.value(self)
        return writer.text
    }
}
