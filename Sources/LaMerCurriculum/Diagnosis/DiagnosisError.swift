public import Examples
public import Records

/// Why a diagnosis could not go on.
public enum DiagnosisError: Error, Equatable, CustomStringConvertible {
    /// The chat template does not render a query or an answer as it should.
    case conversation(query: String, ConversationError)
    /// A score is no finite number.
    case notFinite(query: String)
    /// The tokenizer gives a token that the model has no row for.
    case strangeToken(query: String, token: Int32, vocabulary: Int)
    /// No query has a fact.
    case noFacts
    /// A query has no options, and its options are wanted as candidates.
    case noOptions(query: String)
    /// There is no fact to tell in the place of a query's own.
    case noOtherFact(query: String)
    /// Scores could not be kept.
    case file(RecordError)
    /// The same pair scores differently in other company: the differences that count would drown.
    case unstable(query: String, difference: Double)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .conversation(let query, let error): "query \(query): \(error)."
        case .notFinite(let query):
            "query \(query): the score of an answer is not a finite number; check the model's weights with `verify`."
        case .strangeToken(let query, let token, let vocabulary):
            "query \(query): its token \(token) is none of the model's \(vocabulary); check that tokenizer and model "
                + "belong together."
        case .noFacts: "No query has a fact."
        case .noOptions(let query): "Query \(query) has no \"options\"."
        case .noOtherFact(let query):
            "Query \(query): there is no other fact to tell in the place of its own."
        case .file(let error): error.description
        case .unstable(let query, let difference):
            "query \(query): its answers score \(difference) nats differently alone than among others, more than the 0.1 "
                + "that are tolerated; check the model's weights with `verify`."
        }
    }
}
