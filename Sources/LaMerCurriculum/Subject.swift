/// A fact that a query is tested with.
public struct Fact: Sendable, Hashable {
    /// What it says.
    public let text: String
    /// How near it is to the query, where it was retrieved.
    public let similarity: Double?

    /// A fact.
    public init(_ text: String, similarity: Double? = nil) {
        (self.text, self.similarity) = (text, similarity)
    }
}

/// A query with all that its diagnosis takes.
public struct Subject: Sendable {
    /// What is asked.
    public let query: Query
    /// The answers whose likelihoods are compared: at least two.
    public let candidates: [Candidate]
    /// The facts that are told, one at a time.
    public let facts: [Fact]
    /// Random facts, to see what any sentence does.
    public let placebos: [String]

    /// A query with its answers and facts.
    public init(_ query: Query, candidates: [Candidate], facts: [Fact], placebos: [String]) {
        (self.query, self.candidates, self.facts, self.placebos) = (query, candidates, facts, placebos)
    }
}

/// The user's turn: the query, after a line with the fact where one is told. Nothing else differs.
public func turn(_ query: String, telling fact: String?) -> String {
    fact.map { "Fact: \($0)\n\(query)" } ?? query
}
