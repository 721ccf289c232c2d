import Examples
import LaMerCurriculum
import Records

/// The queries of a file; bad lines are left out and said, or the first one ends the run.
///
/// - Parameter limit: the number of queries that are wanted; more may come where bad lines are left out.
func readQueries(at path: String, limit: Int?, skippingBadLines: Bool) throws(RecordError) -> [Query] {
    guard skippingBadLines else { return try readQueries(at: path, limit: limit) }
    return try readQueries(at: path) { standardError("skipped: \($0)") }
}

/// The queries of a file that the chat template takes; which it does not take is said.
func rendered(_ queries: [Query], of path: String, by tokenizer: AnswerTokenizer) -> [Query] {
    queries.filter { query in
        do throws(ConversationError) {
            _ = try tokenizer.prompt(query.text)
            return true
        } catch {
            standardError("left out: \(path), id \(query.id): \(error).")
            return false
        }
    }
}
