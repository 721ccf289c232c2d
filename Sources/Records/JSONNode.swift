import JSON

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

    /// Writes the value.
    func write(to writer: inout JSONWriter) {
        switch content {
        case .null: writer.literal("null")
        case .literal(let literal): writer.literal(literal)
        case .string(let string): writer.string(string)
        case .array(let elements):
            writer.open("[")
            for value in elements {
                writer.element()
                value.write(to: &writer)
            }
            writer.close("]")
        case .object(let members):
            writer.open("{")
            for (key, value) in members {
                writer.member(key)
                value.write(to: &writer)
            }
            writer.close("}")
        }
    }
}
