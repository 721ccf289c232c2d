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

/// A query with everything that its diagnosis needs.
public struct Subject: Sendable {
    /// What is asked.
    public let query: Query
    /// The candidates: at least two.
    public let candidates: [Candidate]
    /// The facts that are told, one at a time.
    public let facts: [Fact]
    /// Random facts (placebos), to measure what any sentence does.
    public let placebos: [String]
    /// The stand-in: the random fact in the prompt without the fact; nil for none.
    ///
    /// With it, the effect of any sentence, by its length and by moving the query, is in both beliefs and
    /// cancels.
    public let standIn: String?

    /// A query with its answers and facts.
    public init(
        _ query: Query, candidates: [Candidate], facts: [Fact], placebos: [String], standIn: String? = nil
    ) {
        (self.query, self.candidates, self.facts, self.placebos) = (query, candidates, facts, placebos)
        self.standIn = standIn
    }

    /// The facts of the prompts, in order: none, the stand-in if any, each fact, each random fact.
    var told: [String?] { [nil] + (standIn.map { [$0] } ?? []) + facts.map(\.text) + placebos }
    /// The index of the prompt that the others are compared with.
    var reference: Int { standIn == nil ? 0 : 1 }
    /// How many prompts it takes.
    public var promptCount: Int { told.count }
}

/// The user's turn: the query, after a line with the fact where one is told. Nothing else differs.
public func turn(_ query: String, telling fact: String?) -> String {
    fact.map { "Fact: \($0)\n\(query)" } ?? query
}
