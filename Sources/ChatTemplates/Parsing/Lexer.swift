/// Cuts a template into tokens, with `trim_blocks` and `lstrip_blocks` on as transformers has them.
///
/// - Source: Jinja 3.1, "Whitespace Control".
struct Lexer {
    let source: [Unicode.Scalar]
    var position = 0
    var line = 1
    var tokens: [Token] = []
    private var atLineStart = true  // what precedes ended with a line break

    /// Line breaks become "\n"; one at the very end is dropped.
    init(_ template: String) {
        var scalars: [Unicode.Scalar] = []
        for scalar in template.unicodeScalars {
            if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
            scalars.append(scalar)
        }
        scalars = scalars.map { $0 == "\r" ? "\n" : $0 }
        if scalars.last == "\n" { scalars.removeLast() }
        source = scalars
    }

    static func tokens(of template: String) throws -> [Token] {
        var lexer = Lexer(template)
        while lexer.position < lexer.source.count { try lexer.readTextAndTag() }
        lexer.add(.end)
        return lexer.tokens
    }

    private mutating func readTextAndTag() throws {
        let start = position
        while position < source.count, !(starts("{%") || starts("{{") || starts("{#")) { position += 1 }
        if position == source.count { return addText(start..<position) }
        let kind = source[position + 1]
        let text = strippedText(start..<position, isOutput: kind == "{")
        addText(text)
        line += newlines(in: text.upperBound..<position)
        position += 2
        if starts("-") || starts("+") { position += 1 }
        switch kind {
        case "#": try skipComment()
        case "{":
            add(.outputBegin)
            try readTag(closing: "}}", .outputEnd)
        default:
            if try readRaw() { return }
            add(.blockBegin)
            try readTag(closing: "%}", .blockEnd)
        }
    }

    /// The text before a tag without the white space that the tag takes away.
    private func strippedText(_ range: Range<Int>, isOutput: Bool) -> Range<Int> {
        let sign = range.upperBound + 2 < source.count ? source[range.upperBound + 2] : " "
        if sign == "-" {
            var end = range.upperBound
            while end > range.lowerBound, isSpace(source[end - 1]) { end -= 1 }
            return range.lowerBound..<end
        }
        if sign == "+" || isOutput { return range }
        var start = range.upperBound
        while start > range.lowerBound, source[start - 1] != "\n" {
            if !isSpace(source[start - 1]) { return range }
            start -= 1
        }
        return start > range.lowerBound || atLineStart ? range.lowerBound..<start : range
    }

    private mutating func skipComment() throws {
        let start = position
        while position < source.count, !starts("#}") { position += 1 }
        if position == source.count { throw syntax("a comment is not closed") }
        let sign = position > start ? source[position - 1] : " "
        position += 2
        skipAfterTag(sign: sign, trimsBreak: true)
        line += newlines(in: start..<position)
    }

    /// What follows the end of a tag: white space after "-", else one line break after a block or a comment.
    mutating func skipAfterTag(sign: Unicode.Scalar, trimsBreak: Bool) {
        let end = position
        if sign == "-" {
            while position < source.count, isSpace(source[position]) { position += 1 }
        } else if sign != "+", trimsBreak, starts("\n") {
            position += 1
        }
        atLineStart = position > end && source[position - 1] == "\n"
    }

    /// Reads `raw %} … {% endraw %}` if that is what follows.
    private mutating func readRaw() throws -> Bool {
        var (end, sign): (Int, Unicode.Scalar) = (position, " ")
        guard let open = endOfTag("raw", from: position, &sign) else { return false }
        let begin = position
        position = open
        if sign == "-" { while position < source.count, isSpace(source[position]) { position += 1 } }
        atLineStart = position > open && source[position - 1] == "\n"
        line += newlines(in: begin..<position)
        let start = position
        while position < source.count {
            end = position
            if starts("{%") {
                var inner = position + 2
                if inner < source.count, source[inner] == "-" || source[inner] == "+" { inner += 1 }
                if let close = endOfTag("endraw", from: inner, &sign) {
                    let text = strippedText(start..<end, isOutput: false)
                    addText(text)
                    position = close
                    skipAfterTag(sign: sign, trimsBreak: true)
                    line += newlines(in: text.upperBound..<position)
                    return true
                }
            }
            position += 1
        }
        throw syntax("raw is not closed by endraw")
    }

    /// Where a tag that holds only a word ends, and the sign at its end.
    private func endOfTag(_ word: String, from start: Int, _ sign: inout Unicode.Scalar) -> Int? {
        var i = start
        while i < source.count, isSpace(source[i]) { i += 1 }
        guard source[i...].starts(with: word.unicodeScalars) else { return nil }
        i += word.unicodeScalars.count
        while i < source.count, isSpace(source[i]) { i += 1 }
        sign = " "
        if i < source.count, source[i] == "-" || source[i] == "+" {
            sign = source[i]
            i += 1
        }
        return source[min(i, source.count)...].starts(with: "%}".unicodeScalars) ? i + 2 : nil
    }

    func starts(_ prefix: String, at start: Int? = nil) -> Bool {
        let start = start ?? position
        return start <= source.count && source[start...].starts(with: prefix.unicodeScalars)
    }

    func text(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: source[range])
        return String(view)
    }

    func newlines(in range: Range<Int>) -> Int { source[range].count { $0 == "\n" } }

    mutating func add(_ kind: Token.Kind) { tokens.append(Token(kind: kind, line: line)) }

    private mutating func addText(_ range: Range<Int>) {
        if range.isEmpty { return }
        add(.text(text(range)))
        line += newlines(in: range)
    }

    func syntax(_ reason: String) -> TemplateError { .syntax(line: line, reason: reason) }

    func unsupported(_ construct: String) -> TemplateError {
        .unsupported(line: line, construct: construct)
    }
}
