public import Tokenization

/// A prompt and an answer to it as tokens, encoded together.
///
/// An answer that is encoded on its own is another text: many tokenizers put a space where a text begins, or begin it
/// with a token of their own. So both are encoded as one text, and the answer has the tokens that hold text of it, as
/// TRL and lm-eval take it.
struct TextWithAnswer {
    let ids: [Int32]
    /// The first token of the answer.
    let answer: Int
    /// Whether that token begins in the prompt, because prompt and answer merge where they meet.
    let isMerged: Bool
    /// Whether the text brought a beginning token that the tokenizer adds too.
    let hadBeginning: Bool

    /// - Parameter ended: whether the token that ends a text is added, unless it stands there.
    init(_ prompt: String, _ answer: String, ended: Bool, _ tokenizer: Tokenizer) {
        var (ids, places) = tokenizer.encode(prompt + answer, locating: [prompt.utf8.count])
        var first = places[0].token
        let added = tokenizer.surroundings
        if !ended { ids.removeLast(added.after.count) }
        hadBeginning = added.before.count == 1 && ids.count > 1 && ids[1] == added.before[0]
        if hadBeginning {
            ids.removeFirst()
            first = max(0, first - 1)
        }
        if ended, let end = tokenizer.end, ids.last != end { ids.append(end) }
        (self.ids, self.answer, isMerged) = (ids, first, places[0].isInside)
    }
}

extension Tokenizer {
    /// The ids of a text that is to be continued: with the tokens that the model expects before it, once.
    public func promptTokens(_ text: String) -> [Int32] { TextWithAnswer(text, "", ended: false, self).ids }
}
