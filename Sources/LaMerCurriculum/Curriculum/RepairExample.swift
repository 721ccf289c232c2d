import Records

/// A training example that was made for a deficiency.
public struct RepairExample: Sendable, Hashable, Codable {
    /// The example's id.
    public let id: String
    /// What the user says.
    public let prompt: String
    /// What the assistant should say.
    public let completion: String
    /// The query and the fact of the pair that it was made for.
    public let queryID, fact: String
    /// The relative entropy of that pair, in nats: the example's difficulty.
    public let relativeEntropy: Double
    /// The pair's band, 1 to 4.
    public let band: Int
    /// Who made it: `template`, or the name of a teacher; nil in a curriculum.
    public let source: String?

    /// An example with what it was made for.
    public init(
        id: String, prompt: String, completion: String, queryID: String, fact: String,
        relativeEntropy: Double,
        band: Int, source: String?
    ) {
        (self.id, self.prompt, self.completion) = (id, prompt, completion)
        (self.queryID, self.fact) = (queryID, fact)
        (self.relativeEntropy, self.band, self.source) = (relativeEntropy, band, source)
    }

    private enum CodingKeys: String, CodingKey {
        case id, prompt, completion, fact, band, source
        case queryID = "query_id"
        case relativeEntropy = "re"
    }

    /// Reads prompt and completion as lists of one message each, as `encode` writes them.
    public init(from decoder: any Decoder) throws {
        let record = try decoder.container(keyedBy: CodingKeys.self)
        func said(_ key: CodingKeys) throws -> String {
            try record.decode([Message].self, forKey: key).map(\.content).joined(separator: "\n")
        }
        self.init(
            id: try record.decode(String.self, forKey: .id), prompt: try said(.prompt),
            completion: try said(.completion), queryID: try record.decode(String.self, forKey: .queryID),
            fact: try record.decode(String.self, forKey: .fact),
            relativeEntropy: try record.decode(Double.self, forKey: .relativeEntropy),
            band: try record.decode(Int.self, forKey: .band),
            source: try record.decodeIfPresent(String.self, forKey: .source))
    }

    /// Writes prompt and completion as messages, so that the line trains as it stands.
    public func encode(to encoder: any Encoder) throws {
        var record = encoder.container(keyedBy: CodingKeys.self)
        try record.encode(id, forKey: .id)
        try record.encode([Message(role: "user", content: prompt)], forKey: .prompt)
        try record.encode([Message(role: "assistant", content: completion)], forKey: .completion)
        try record.encode(queryID, forKey: .queryID)
        try record.encode(fact, forKey: .fact)
        try record.encode(relativeEntropy, forKey: .relativeEntropy)
        try record.encode(band, forKey: .band)
        try record.encodeIfPresent(source, forKey: .source)
    }
}
