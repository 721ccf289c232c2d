/// A JSON value whose objects keep their order, filled in as a record encodes itself.
final class JSONNode {
    enum Content {
        case null
        case literal(String)  // a number, true or false
        case string(String)
        case array([JSONNode])
        case object([(key: String, value: JSONNode)])
    }

    var content = Content.null

    func append() -> JSONNode {
        let child = JSONNode()
        if case .array(var elements) = content {
            content = .null
            elements.append(child)
            content = .array(elements)
        } else {
            content = .array([child])
        }
        return child
    }

    func append(key: String) -> JSONNode {
        let child = JSONNode()
        if case .object(var members) = content {
            content = .null
            members.append((key, child))
            content = .object(members)
        } else {
            content = .object([(key, child)])
        }
        return child
    }

    /// Appends the value's text.
    func write(to text: inout String) {
        switch content {
        case .null: text += "null"
        case .literal(let literal): text += literal
        case .string(let string): writeQuoted(string, to: &text)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                element.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                writeQuoted(member.key, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }
}

private func writeQuoted(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "\0"..."\u{1F}":
            text += scalar.value < 0x10 ? "\\u000" : "\\u00"
            text += String(scalar.value, radix: 16)
        default: text.unicodeScalars.append(scalar)
        }
    }
    text += "\""
}
