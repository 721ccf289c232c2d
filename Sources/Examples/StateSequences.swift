public import ChatTemplates
public import Records
public import Tokenization

/// The tokens of a text whose states are read.
public struct StateSequence: Sendable {
    /// The record.
    public let record: StateRecord
    /// The tokens: with those that begin a text as usual, without those that end one. The last is the one at which the
    /// model would go on.
    public let ids: [Int32]
    /// The tokens that were cut from the left to fit the context.
    public let cut: Int
}

/// Turns texts into the tokens whose states are read.
///
/// Turns are rendered by the chat template, up to where the assistant begins to speak.
///
/// - Parameters:
///   - records: the texts.
///   - tokenizer: the model's.
///   - contextLength: the most tokens of a text; a longer one loses tokens from its left.
///   - vocabulary: rows of the model's embedding: a text with a token beyond them is rejected.
///   - now: the moment for templates that print the date.
/// - Returns: the texts that can be used, and those that cannot, both in the order of the records.
public func encode(
    _ records: [StateRecord], with tokenizer: Tokenizer, contextLength: Int, vocabulary: Int,
    now: Moment = .now
) -> (sequences: [StateSequence], rejects: [RejectedExample]) {
    var (sequences, rejects): ([StateSequence], [RejectedExample]) = ([], [])
    var renderer: Result<ConversationRenderer, ConversationError>?
    for record in records {
        func reject(_ reason: String) {
            rejects.append(RejectedExample(id: record.id, line: record.line, reason: reason))
        }
        var ids: [Int32]
        switch record.content {
        case .prompt(let text), .text(let text):
            ids = tokenizer.promptTokens(text)
        case .turns(let messages):
            let ready =
                renderer
                ?? Result { () throws(ConversationError) in try ConversationRenderer(tokenizer, now: now) }
            renderer = ready
            do throws(ConversationError) {
                let text = try ready.get().text(
                    messages, variables: record.variables, addGenerationPrompt: true)
                ids = tokenizer.encode(text, addSpecialTokens: false)
            } catch {
                reject("\(error)")
                continue
            }
        }
        if ids.isEmpty {
            reject("it has no tokens")
        } else if let reason = strangeToken(in: ids, vocabulary) {
            reject(reason)
        } else {
            let cut = max(0, ids.count - contextLength)
            sequences.append(StateSequence(record: record, ids: Array(ids[cut...]), cut: cut))
        }
    }
    return (sequences, rejects)
}
