/// Reads JSON from its bytes front to back, so that a large file need not become a tree first.
public struct JSONReader {
    let bytes: ArraySlice<UInt8>
    let dialect: JSONDialect
    var index: Int

    /// Keys that stood twice in one object; the last counts. Always empty in the strict dialect.
    public private(set) var repeatedKeys: Set<String> = []
    /// The places of strings with half of a surrogate pair, as in `messages.0.content`. Always empty in the strict dialect.
    public internal(set) var halfCharacters: Set<String> = []
    /// Where in a tree the value stands that is being read.
    private var path: [Step] = []

    private enum Step {
        case key(String)
        case element(Int)
    }

    /// - Parameters:
    ///   - bytes: The text as UTF-8.
    ///   - dialect: The standard, or what Python's `json` takes.
    public init(_ bytes: ArraySlice<UInt8>, _ dialect: JSONDialect = .strict) {
        (self.bytes, self.dialect, index) = (bytes, dialect, bytes.startIndex)
    }

    /// - Parameters:
    ///   - bytes: The text as UTF-8.
    ///   - dialect: The standard, or what Python's `json` takes.
    public init(_ bytes: [UInt8], _ dialect: JSONDialect = .strict) { self.init(bytes[...], dialect) }

    /// The number of bytes that were read.
    public var position: Int { index - bytes.startIndex }

    var place: String {
        path.map { step in
            switch step {
            case .key(let key): key
            case .element(let number): "\(number)"
            }
        }.joined(separator: ".")
    }

    /// The error that something is wrong at the position.
    ///
    /// - Parameter reason: A clause.
    public func failure(_ reason: String) -> JSONError {
        JSONError(
            reason: reason, position: position,
            line: 1 + bytes[..<min(index, bytes.endIndex)].count { $0 == 0x0A })
    }

    /// The next byte that is not white space, which stays unread.
    public mutating func peek() throws(JSONError) -> UInt8 {
        while index < bytes.endIndex {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return bytes[index]
            }
        }
        throw failure("the text ends too early")
    }

    /// Passes over a byte that must be next.
    public mutating func expect(_ byte: UInt8) throws(JSONError) {
        let found = try peek()
        if found != byte {
            throw failure("expected '\(Unicode.Scalar(byte))', found '\(Unicode.Scalar(found))'")
        }
        index += 1
    }

    /// Checks that nothing but white space follows.
    public mutating func end() throws(JSONError) {
        while index < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
        if index < bytes.endIndex { throw failure("something follows the end of the value") }
    }

    /// Reads an object; `body` reads the value of each key.
    public mutating func object(
        _ body: (inout JSONReader, String) throws(JSONError) -> Void
    ) throws(JSONError) {
        var seen: Set<String> = []
        try members { (reader) throws(JSONError) in
            let key = try reader.key()
            if !seen.insert(key).inserted { try reader.meet(repeated: key) }
            try body(&reader, key)
        }
    }

    /// Reads an object; `body` reads each key, colon and value, and sees to it that no key stands twice.
    public mutating func members(
        _ body: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try sequence(from: UInt8(ascii: "{"), to: UInt8(ascii: "}"), body)
    }

    /// Reads an array; `body` reads each element.
    public mutating func array(_ body: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        try sequence(from: UInt8(ascii: "["), to: UInt8(ascii: "]"), body)
    }

    private mutating func sequence(
        from open: UInt8, to close: UInt8, _ body: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(open)
        if try peek() == close {
            index += 1
            return
        }
        while true {
            try body(&self)
            let next = try peek()
            if next != close, next != UInt8(ascii: ",") {
                throw failure("expected ',' or '\(Unicode.Scalar(close))'")
            }
            index += 1
            if next == close { return }
        }
    }

    private mutating func key() throws(JSONError) -> String {
        let key = try string()
        try expect(UInt8(ascii: ":"))
        return key
    }

    private mutating func meet(repeated key: String) throws(JSONError) {
        if dialect == .strict { throw failure("the key \"\(key)\" stands twice in an object") }
        repeatedKeys.insert(key)
    }
}

// MARK: Trees

extension JSONReader {
    /// Reads any value as a tree.
    public mutating func value() throws(JSONError) -> JSONValue {
        if path.count > dialect.depth { throw failure("values are nested more than \(dialect.depth) deep") }
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try memberList())
        case UInt8(ascii: "["): return .array(try elementList())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func memberList() throws(JSONError) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        var places: [String: Int] = [:]  // once there are many
        try self.members { (reader) throws(JSONError) in
            let key = try reader.key()
            reader.path.append(.key(key))
            let member = JSONValue.Member(key, try reader.value())
            reader.path.removeLast()
            if members.count == 16 {
                for (place, member) in members.enumerated() { places[member.key] = place }
            }
            if let place = members.count < 16 ? members.firstIndex(where: { $0.key == key }) : places[key] {
                try reader.meet(repeated: key)
                members[place] = member
            } else {
                if members.count >= 16 { places[key] = members.count }
                members.append(member)
            }
        }
        return members
    }

    private mutating func elementList() throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        try array { (reader) throws(JSONError) in
            reader.path.append(.element(elements.count))
            elements.append(try reader.value())
            reader.path.removeLast()
        }
        return elements
    }

    /// Passes over a value.
    public mutating func skipValue() throws(JSONError) { _ = try value() }

    mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[index...].starts(with: word.utf8) else { throw failure("expected \(word)") }
        index += word.utf8.count
        return value
    }
}

extension JSONValue {
    /// Reads a text that is one value.
    public init(parsing bytes: ArraySlice<UInt8>, _ dialect: JSONDialect = .strict) throws(JSONError) {
        var reader = JSONReader(bytes, dialect)
        self = try reader.value()
        try reader.end()
    }
}
