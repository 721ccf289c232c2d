public import Tokenization
public import Transformers

/// Gives the meaning of a text as a vector.
public struct FactEncoder: Sendable {
    /// What the encoder is called, so that an index and its queries are known to fit.
    public let name: String
    private let encoder: SentenceEncoder
    private let tokenizer: Tokenizer
    private let limit: Int

    /// An encoder with its tokenizer.
    ///
    /// - Parameters:
    ///   - encoder: the model that makes vectors.
    ///   - tokenizer: the encoder's.
    ///   - name: what the encoder is called: an index and its queries need the same.
    ///   - limit: the most tokens of a text, and no more than the encoder's context; all-MiniLM-L6-v2 was made for 256.
    public init(_ encoder: SentenceEncoder, _ tokenizer: Tokenizer, name: String, limit: Int = 256) {
        (self.encoder, self.tokenizer, self.name) = (encoder, tokenizer, name)
        self.limit = min(limit, encoder.contextLength)
    }

    /// The width of a vector.
    public var dimensions: Int { encoder.dModel }

    /// The vector of each text, of length 1.
    nonisolated(nonsending) public func vectors(
        of texts: [String], packTokens: Int, workers: Int
    ) async -> (vectors: [[Float]], tokens: Int) {
        let ids = texts.map(tokens)
        var vectors = [[Float]](repeating: [], count: texts.count)
        await Packs(lengths: ids.map(\.count), tokens: packTokens).forEach(workers: workers) { members in
            encoder.embeddings(members.map { ids[$0] })
        } deliver: { members, found in
            for (member, vector) in zip(members, found) { vectors[member] = vector }
        }
        return (vectors, ids.reduce(0) { $0 + $1.count })
    }

    /// The tokens of a text; a long one loses those before its last, which is a marker.
    private func tokens(of text: String) -> [Int32] {
        let ids = tokenizer.encode(text)
        return ids.count <= limit ? ids : ids.prefix(limit - 1) + ids.suffix(1)
    }
}
