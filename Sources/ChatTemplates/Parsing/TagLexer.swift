/// What stands inside a tag: names, numbers, strings, symbols.
extension Lexer {
    mutating func readTag(closing: String, _ end: Token.Kind) throws {
        var open: [Unicode.Scalar] = []
        while position < source.count {
            if open.isEmpty {
                let sign: Unicode.Scalar =
                    starts("-") || starts("+") && end == .blockEnd ? source[position] : " "
                if starts(closing, at: position + (sign == " " ? 0 : 1)) {
                    add(end)
                    let start = position
                    position += sign == " " ? 2 : 3
                    skipAfterTag(sign: sign, trimsBreak: end == .blockEnd)
                    line += newlines(in: start..<position)
                    return
                }
            }
            try readToken(&open)
        }
        throw syntax("a tag is not closed by '\(closing)'")
    }

    private mutating func readToken(_ open: inout [Unicode.Scalar]) throws {
        let scalar = source[position]
        if scalar == "\n" { line += 1 }
        if isSpace(scalar) {
            position += 1
        } else if isDigit(scalar) {
            try readNumber()
        } else if scalar == "'" || scalar == "\"" {
            try readString(quote: scalar)
        } else if scalar == "_" || scalar.properties.isXIDStart {
            let start = position
            while position < source.count, source[position].properties.isXIDContinue { position += 1 }
            add(.name(text(start..<position)))
        } else {
            try readSymbol(&open)
        }
    }

    private mutating func readNumber() throws {
        let start = position
        func skipDigits(_ position: inout Int) {
            while position < source.count, isDigit(source[position]) || source[position] == "_" {
                position += 1
            }
        }
        skipDigits(&position)
        var isFloat = false
        if starts("."), position + 1 < source.count, isDigit(source[position + 1]) {
            isFloat = true
            position += 1
            skipDigits(&position)
        }
        if starts("e") || starts("E") {
            var exponent = position + 1
            if exponent < source.count, source[exponent] == "-" || source[exponent] == "+" { exponent += 1 }
            if exponent < source.count, isDigit(source[exponent]) {
                isFloat = true
                position = exponent
                skipDigits(&position)
            }
        }
        let digits = text(start..<position).filter { $0 != "_" }
        if isFloat, let number = Double(digits) { return add(.float(number)) }
        guard let number = Int(digits) else { throw syntax("the number \(digits) is too large") }
        add(.int(number))
    }

    private mutating func readString(quote: Unicode.Scalar) throws {
        let (start, first) = (position, line)
        var string = String.UnicodeScalarView()
        position += 1
        while position < source.count, source[position] != quote {
            if source[position] == "\n" { line += 1 }
            if source[position] == "\\", position + 1 < source.count {
                string.append(contentsOf: try escape())
            } else {
                string.append(source[position])
                position += 1
            }
        }
        if position == source.count {
            (position, line) = (start, first)
            throw syntax("a string is not closed")
        }
        position += 1
        tokens.append(Token(kind: .string(String(string)), line: first))
    }

    /// One of Python's escapes; what is none stands for itself.
    private mutating func escape() throws -> [Unicode.Scalar] {
        let escaped = source[position + 1]
        position += 2
        let plain: [Unicode.Scalar: Unicode.Scalar] = [
            "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}", "b": "\u{8}",
            "f": "\u{C}", "v": "\u{B}",
        ]
        if let scalar = plain[escaped] { return [scalar] }
        if escaped == "\n" { return [] }
        let lengths: [Unicode.Scalar: Int] = ["x": 2, "u": 4, "U": 8]
        if let length = lengths[escaped] {
            let digits = text(position..<min(position + length, source.count))
            guard digits.unicodeScalars.count == length, let value = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw syntax("the escape \\\(escaped)\(digits) names no character") }
            position += length
            return [scalar]
        }
        if ("0"..."7").contains(escaped) || escaped == "N" { throw unsupported("the escape \\\(escaped)") }
        return ["\\", escaped]
    }

    private mutating func readSymbol(_ open: inout [Unicode.Scalar]) throws {
        let symbols = [
            "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
            ">",
            "<", "=", ".", ":", "|", ",", ";",
        ]
        guard let symbol = symbols.first(where: { starts($0) }) else {
            throw syntax("unexpected character \(repr(String(source[position])))")
        }
        let closing: [String: Unicode.Scalar] = ["(": ")", "[": "]", "{": "}"]
        if let close = closing[symbol] {
            open.append(close)
        } else if let scalar = symbol.unicodeScalars.first, ")]}".unicodeScalars.contains(scalar) {
            if open.popLast() != scalar { throw syntax("unexpected '\(symbol)'") }
        }
        add(.symbol(symbol))
        position += symbol.utf8.count
    }
}

private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
