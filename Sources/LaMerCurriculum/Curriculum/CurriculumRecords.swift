import Records

/// The shapes in which trainers read examples.
public enum CurriculumShape: String, Sendable, CaseIterable {
    /// `prompt` and `completion` as messages: TRL, and `sft-probe train`.
    case trl
    /// `instruction`, `input`, `output`.
    case alpaca
    /// `conversations` of `from` and `value`.
    case sharegpt

    /// The name of its file in a curriculum's folder.
    public var fileName: String { "\(rawValue).jsonl" }
}

/// An example in its place of a curriculum, as a line of one of the shapes. `order` counts from 0.
public struct CurriculumRecord: Codable, Sendable, Equatable {
    /// The example.
    public let example: RepairExample
    /// Its place, from 0.
    public let order: Int
    /// The shape of the line.
    public let shape: CurriculumShape

    /// The example that comes at `order`.
    public init(_ example: RepairExample, order: Int, shape: CurriculumShape) {
        (self.example, self.order, self.shape) = (example, order, shape)
    }

    private enum Key: String, CodingKey {
        case id, order, re, band, fact, prompt, completion, instruction, input, output, conversations
        case queryID = "query_id"
    }

    private struct Turn: Codable {
        let from, value: String
    }

    /// Reads a line of any shape; who made the example is not in it.
    public init(from decoder: any Decoder) throws {
        let record = try decoder.container(keyedBy: Key.self)
        let (prompt, completion): (String, String)
        if record.contains(.conversations) {
            let turns = try record.decode([Turn].self, forKey: .conversations)
            func said(_ speaker: String) -> String {
                turns.filter { $0.from == speaker }.map(\.value).joined(separator: "\n")
            }
            (prompt, completion, shape) = (said("human"), said("gpt"), .sharegpt)
        } else if record.contains(.instruction) {
            prompt = try record.decode(String.self, forKey: .instruction)
            completion = try record.decode(String.self, forKey: .output)
            shape = .alpaca
        } else {
            func said(_ key: Key) throws -> String {
                try record.decode([Message].self, forKey: key).map(\.content).joined(separator: "\n")
            }
            (prompt, completion, shape) = (try said(.prompt), try said(.completion), .trl)
        }
        order = try record.decode(Int.self, forKey: .order)
        example = RepairExample(
            id: try record.decode(String.self, forKey: .id), prompt: prompt, completion: completion,
            queryID: try record.decode(String.self, forKey: .queryID),
            fact: try record.decode(String.self, forKey: .fact),
            relativeEntropy: try record.decode(Double.self, forKey: .re),
            band: try record.decode(Int.self, forKey: .band), source: nil)
    }

    /// The keys in the order of the shape, after id, order, difficulty and the pair that it was made for.
    public func encode(to encoder: any Encoder) throws {
        var record = encoder.container(keyedBy: Key.self)
        try record.encode(example.id, forKey: .id)
        try record.encode(order, forKey: .order)
        try record.encode(example.relativeEntropy, forKey: .re)
        try record.encode(example.band, forKey: .band)
        try record.encode(example.queryID, forKey: .queryID)
        try record.encode(example.fact, forKey: .fact)
        switch shape {
        case .trl:
            try record.encode([Message(role: "user", content: example.prompt)], forKey: .prompt)
            try record.encode([Message(role: "assistant", content: example.completion)], forKey: .completion)
        case .alpaca:
            try record.encode(example.prompt, forKey: .instruction)
            try record.encode("", forKey: .input)
            try record.encode(example.completion, forKey: .output)
        case .sharegpt:
            try record.encode(
                [Turn(from: "human", value: example.prompt), Turn(from: "gpt", value: example.completion)],
                forKey: .conversations)
        }
    }
}

/// LLaMA-Factory's `dataset_info.json` for a curriculum's folder.
public let datasetInfo = """
    {
      "lamer_alpaca": {
        "file_name": "\(CurriculumShape.alpaca.fileName)",
        "columns": {"prompt": "instruction", "query": "input", "response": "output"}
      },
      "lamer_sharegpt": {
        "file_name": "\(CurriculumShape.sharegpt.fileName)",
        "formatting": "sharegpt",
        "columns": {"messages": "conversations"},
        "tags": {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"}
      }
    }

    """
