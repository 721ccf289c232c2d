import JSON

/// Encodes a record into a node; keys keep the order in which the record encodes them.
struct LineEncoder: Encoder {
    let node: JSONNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedEncodingContainer<Key> {
        node.content = .object([])
        return KeyedEncodingContainer(KeyedNode<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.content = .array([])
        return UnkeyedNode(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleNode(node: node, codingPath: codingPath)
    }
}

/// Fills a node with a value.
private func fill(_ node: JSONNode, with value: any Encodable, at path: [any CodingKey]) throws {
    switch value {
    case let string as String: node.content = .string(string)
    case let bool as Bool: node.content = .literal(bool ? "true" : "false")
    case let number as Double: node.content = .literal(try finite(number, at: path))
    case let number as Float: node.content = .literal(try finite(number, at: path))
    case let number as any BinaryInteger: node.content = .literal("\(number)")
    case let dictionary as any StringKeyed:
        node.content = .object([])
        for (key, value) in dictionary.sorted { try fill(node.append(key: key), with: value, at: path) }
    default: try value.encode(to: LineEncoder(node: node, codingPath: path))
    }
}

/// The shortest digits that give the number back; JSON has none for infinities and what is no number.
private func finite<Number: BinaryFloatingPoint & CustomStringConvertible>(
    _ number: Number, at path: [any CodingKey]
) throws -> String {
    if number.isFinite { return number.description }
    throw BadLine(
        reason:
            "\"\(path.map(\.stringValue).joined(separator: "."))\" is \(number), for which JSON has no number"
    )
}

private struct KeyedNode<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONNode
    let codingPath: [any CodingKey]

    mutating func encodeNil(forKey key: Key) { _ = node.append(key: key.stringValue) }

    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        try fill(node.append(key: key.stringValue), with: value, at: codingPath + [key])
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { encoder(key.stringValue, key).container(keyedBy: keyedBy) }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder(key.stringValue, key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { encoder("super") }

    mutating func superEncoder(forKey key: Key) -> any Encoder { encoder(key.stringValue, key) }

    private func encoder(_ name: String, _ key: Key? = nil) -> LineEncoder {
        LineEncoder(node: node.append(key: name), codingPath: codingPath + [key].compactMap(\.self))
    }
}

private struct UnkeyedNode: UnkeyedEncodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey]
    private(set) var count = 0

    init(node: JSONNode, codingPath: [any CodingKey]) {
        self.node = node
        self.codingPath = codingPath
    }

    mutating func encodeNil() { _ = next() }

    mutating func encode(_ value: some Encodable) throws { try fill(next(), with: value, at: codingPath) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type) -> KeyedEncodingContainer<Nested> {
        LineEncoder(node: next(), codingPath: codingPath).container(keyedBy: keyedBy)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        LineEncoder(node: next(), codingPath: codingPath).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { LineEncoder(node: next(), codingPath: codingPath) }

    private mutating func next() -> JSONNode {
        count += 1
        return node.append()
    }
}

private struct SingleNode: SingleValueEncodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey]

    mutating func encodeNil() { node.content = .null }

    mutating func encode(_ value: some Encodable) throws { try fill(node, with: value, at: codingPath) }
}

/// A record as one line of JSON, without the line break.
///
/// Keys stand in the order in which the record encodes them, those of a dictionary sorted.
///
/// - Throws: `unencodable` if a number is not finite.
public func jsonLine(_ record: some Encodable) throws(RecordError) -> String {
    let node = JSONNode()
    do {
        try fill(node, with: record, at: [])
    } catch { throw .unencodable(reason: (error as? BadLine)?.reason ?? "\(error)") }
    var writer = JSONWriter(.line)
    node.write(to: &writer)
    return writer.text
}
