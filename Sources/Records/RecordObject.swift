import JSON

/// An object in a record, with words for what is wrong with it.
struct RecordObject {
    let members: [JSONValue.Member]
    let halves: Set<String>
    private let path: [any CodingKey]

    /// - Parameter path: where in the record the object stands.
    init(_ value: JSONValue, halves: Set<String>, at path: [any CodingKey] = []) throws(BadLine) {
        guard case .object(let members) = value else {
            let place = Self.name(path)
            throw BadLine(
                reason: value == .null
                    ? "\(place) is null, expected an object"
                    : "\(place) is not an object: found \(value.kind)")
        }
        (self.members, self.halves, self.path) = (members, halves, path)
    }

    /// The object without some of its members.
    func leavingOut(_ keys: Set<String>) -> RecordObject {
        keys.isEmpty
            ? self
            : RecordObject(members: members.filter { !keys.contains($0.key) }, halves: halves, path: path)
    }

    private init(members: [JSONValue.Member], halves: Set<String>, path: [any CodingKey]) {
        (self.members, self.halves, self.path) = (members, halves, path)
    }

    var keys: Set<String> { Set(members.map(\.key)) }

    /// The keys whose values are not null: what is null in a row of a table is not there.
    var keysWithValues: Set<String> { Set(members.filter { $0.value != .null }.map(\.key)) }

    /// A member; nil where there is none.
    subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

    /// A member that says something: not null, and no empty string, list or object.
    func filled(_ key: String) -> JSONValue? {
        guard let value = self[key], !value.isEmpty else { return nil }
        return value
    }

    /// A member that must be there.
    func required(_ key: String) throws(BadLine) -> JSONValue {
        guard let value = self[key] else { throw BadLine(reason: "\(Self.name(path)) has no \"\(key)\"") }
        return value
    }

    /// A member that must be a string.
    func string(_ key: String) throws(BadLine) -> String {
        let value = try required(key)
        guard case .string(let string) = value else { throw mismatch(key, value, "a string") }
        try requireCharacters(key)
        return string
    }

    /// A member that is a string where it is there and not null.
    func stringIfPresent(_ key: String) throws(BadLine) -> String? {
        guard let value = self[key], value != .null else { return nil }
        return try string(key)
    }

    /// A member that must be a list of objects, and not an empty one.
    func objects(_ key: String) throws(BadLine) -> [RecordObject] {
        let value = try required(key)
        guard case .array(let elements) = value else { throw mismatch(key, value, "a list") }
        if elements.isEmpty { throw BadLine(reason: "\"\(key)\" is empty; expected a list of messages") }
        var objects: [RecordObject] = []
        for (index, element) in elements.enumerated() {
            objects.append(
                try RecordObject(element, halves: halves, at: path + [Place(key), Place(index)]))
        }
        return objects
    }

    /// Checks that no string inside any member holds half of a surrogate pair.
    func requireCharacters() throws(BadLine) {
        for member in members { try requireCharacters(member.key) }
    }

    /// Checks that no string inside a member holds half of a surrogate pair.
    func requireCharacters(_ key: String) throws(BadLine) {
        if halves.isEmpty { return }
        let place = (path + [Place(key)]).map(\.stringValue).joined(separator: ".")
        if let half = halves.filter({ $0 == place || $0.hasPrefix(place + ".") }).min() {
            throw halfOfAPair(at: half)
        }
    }

    /// What is wrong with a member of another kind.
    func mismatch(_ key: String, _ value: JSONValue, _ expected: String) -> BadLine {
        let place = Self.name(path + [Place(key)])
        return BadLine(
            reason: value == .null
                ? "\(place) is null, expected \(expected)"
                : "\(place) is not \(expected): found \(value.kind)")
    }

    private static func name(_ path: [any CodingKey]) -> String { placeName(path) }
}

/// A key or an index in a path.
struct Place: CodingKey {
    let stringValue: String
    let intValue: Int?
    init(_ key: String) { (stringValue, intValue) = (key, nil) }
    init(_ index: Int) { (stringValue, intValue) = ("\(index)", index) }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(intValue) }
}

/// A path as messages write it: `"messages[0].content"`, or "the record".
func placeName(_ path: [any CodingKey]) -> String {
    if path.isEmpty { return "the record" }
    let text = path.reduce("") { text, key in
        key.intValue.map { "\(text)[\($0)]" }
            ?? (text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)")
    }
    return "\"\(text)\""
}
