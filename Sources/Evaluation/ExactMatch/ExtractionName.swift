extension AnswerExtraction {
    /// Its name: hash, last-number, regex=PATTERN or none.
    public var name: String {
        switch self {
        case .hash: "hash"
        case .lastNumber: "last-number"
        case .pattern(let pattern): "regex=\(pattern.source)"
        case .whole: "none"
        }
    }

    /// The extraction of a name; nil for a name that is none of these.
    ///
    /// - Throws: what Swift's `Regex` has against the pattern.
    public init?(named name: String) throws {
        switch name {
        case "hash": self = .hash
        case "last-number": self = .lastNumber
        case "none": self = .whole
        case let name where name.hasPrefix("regex="):
            self = .pattern(try AnswerPattern(String(name.dropFirst("regex=".count))))
        default: return nil
        }
    }
}

extension AnswerExtraction: Codable, Equatable {
    /// Reads a name.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let extraction = try AnswerExtraction(named: name) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(name) is not hash, last-number, regex=PATTERN or none")
        }
        self = extraction
    }

    /// Writes the name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    /// Whether both find answers alike.
    public static func == (a: AnswerExtraction, b: AnswerExtraction) -> Bool { a.name == b.name }
}
