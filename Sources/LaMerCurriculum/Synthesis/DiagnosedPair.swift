import Foundation

/// A pair of query and fact as `diagnose` wrote it: what a synthesis needs of it.
public struct DiagnosedPair: Sendable, Decodable {
    /// The query's id and text.
    public let queryID, query: String
    /// The fact that moved the answer.
    public let fact: String
    /// KL(P ‖ Q), in nats.
    public let relativeEntropy: Double
    /// 1 to 4; 0 for a pair that does not count.
    public let band: Int
    /// The candidate answers, and the belief in each when the fact is told.
    public let candidates: [String]
    /// The belief in each candidate when the fact is told.
    public let told: [Double]

    private enum CodingKeys: String, CodingKey {
        case query, fact, band, candidates
        case queryID = "query_id"
        case relativeEntropy = "re"
        case told = "q"
    }

    /// A pair.
    public init(
        queryID: String, query: String, fact: String, relativeEntropy: Double, band: Int,
        candidates: [String],
        told: [Double]
    ) {
        (self.queryID, self.query, self.fact) = (queryID, query, fact)
        (self.relativeEntropy, self.band) = (relativeEntropy, band)
        (self.candidates, self.told) = (candidates, told)
    }

    /// What the model answers when it is told the fact: no label, but its own better-informed guess.
    var informedAnswer: String? {
        zip(candidates, told).max { $0.1 < $1.1 }?.0
    }
}
