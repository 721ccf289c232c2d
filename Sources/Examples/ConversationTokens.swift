import JSON
import ChatTemplates
import Records
import Tokenization

/// A conversation as tokens.
struct ConversationTokens {
    let ids: [Int32]
    let supervised: [Bool]
    /// Whether a token begins before an answer and ends in it.
    let isMerged: Bool
}

extension ConversationRenderer {
    /// The tokens of a conversation and their marks: supervised are the assistant's turns from `first` on.
    ///
    /// Where the template says by `{% generation %}` what the assistant speaks, these parts are supervised, as
    /// transformers' `return_assistant_tokens_mask` has it. Else a turn is supervised from after the generation prompt to
    /// the token that ends it.
    func tokens(
        of messages: [Message], variables: [JSONValue.Member], supervisedFrom first: Int,
        _ tokenizer: Tokenizer
    ) throws(ConversationError) -> ConversationTokens {
        let whole = try rendering(messages, variables: variables, addGenerationPrompt: false)
        let text = Array(whole.text.utf8)
        let marked = whole.generated.filter { !$0.isEmpty }
        let turns = messages.indices.filter { messages[$0].role == "assistant" }
        var spans: [TurnSpan] = []
        var last = 0  // the end of the assistant's turn before
        // Without marks the turns that are learned, with marks those that are not.
        for turn in turns where turn >= first && messages[turn].isLearned == marked.isEmpty {
            let span = try span(of: turn, in: messages, variables, text, after: last)
            spans.append(span)
            last = span.range.upperBound
        }
        if marked.isEmpty { return closed(spans, whole.text, tokenizer) }
        var begin = 0
        if first > 0 {
            let prompt = try self.text(
                Array(messages[..<first]), variables: variables, addGenerationPrompt: true)
            begin = commonPrefix(text, Array(prompt.utf8))
        }
        let spoken = marked.filter { part in
            part.upperBound > begin && !spans.contains { $0.range.overlaps(part) }
        }
        return overlapping(
            spoken.map { max($0.lowerBound, begin)..<$0.upperBound }, whole.text, tokenizer)
    }

    /// The tokens that hold text of the spans.
    private func overlapping(
        _ spans: [Range<Int>], _ text: String, _ tokenizer: Tokenizer
    ) -> ConversationTokens {
        let (ids, places) = tokenizer.encode(
            text, locating: spans.flatMap { [$0.lowerBound, $0.upperBound] }, addSpecialTokens: false)
        var supervised = [Bool](repeating: false, count: ids.count)
        for index in spans.indices {
            let (start, end) = (places[2 * index], places[2 * index + 1])
            for position in start.token..<(end.token + (end.isInside ? 1 : 0)) { supervised[position] = true }
        }
        let isMerged = spans.indices.contains { places[2 * $0].isInside }
        return ConversationTokens(ids: ids, supervised: supervised, isMerged: isMerged)
    }

    /// The tokens of the turns, each up to the last special token after what it says: the one that ends the turn.
    private func closed(_ turns: [TurnSpan], _ text: String, _ tokenizer: Tokenizer) -> ConversationTokens {
        let (ids, places) = tokenizer.encode(
            text, locating: turns.flatMap { [$0.range.lowerBound, $0.contentEnd, $0.range.upperBound] },
            addSpecialTokens: false)
        var supervised = [Bool](repeating: false, count: ids.count)
        for (index, turn) in turns.enumerated() {
            let start = places[3 * index].token
            var end = max(start, places[3 * index + 2].token)
            let tail = min(max(start, places[3 * index + 1].token), end)..<end
            if let last = tail.last(where: { tokenizer.isSpecial(ids[$0]) }) {
                end = last + 1
            } else if turn.endsDifferently, end < ids.count, tokenizer.isSpecial(ids[end]) {
                end += 1
            }
            for position in start..<end { supervised[position] = true }
        }
        let isMerged = turns.indices.contains { places[3 * $0].isInside }
        return ConversationTokens(ids: ids, supervised: supervised, isMerged: isMerged)
    }

    // MARK: Where a turn stands

    /// Where in the text a turn of the assistant stands, from after the generation prompt.
    ///
    /// - Parameter after: the end of the assistant's turn before.
    private func span(
        of turn: Int, in messages: [Message], _ variables: [JSONValue.Member], _ text: [UInt8], after: Int
    ) throws(ConversationError) -> TurnSpan {
        let before = Array(messages[..<turn])
        let start = Array(try self.text(before, variables: variables, addGenerationPrompt: true).utf8)
        var end = text
        if turn < messages.count - 1 {
            let upTo = Array(messages[...turn])
            end = Array(try self.text(upTo, variables: variables, addGenerationPrompt: false).utf8)
        }
        if end.starts(with: start) && text.starts(with: end) {
            return TurnSpan(range: start.count..<end.count, contentEnd: start.count, endsDifferently: false)
        }
        let found = try MarkedTurn(
            turn, in: messages, text: text, end: end,
            { (messages) throws(ConversationError) in
                Array(try self.text(messages, variables: variables, addGenerationPrompt: false).utf8)
            })
        if text.starts(with: start) && start.count <= found.contentStart {
            return found.span(from: start.count)
        }
        // The generation prompt alone: what it adds to the turns before.
        let bare =
            before.isEmpty
            ? [] : Array(try self.text(before, variables: variables, addGenerationPrompt: false).utf8)
        let shared = commonPrefix(bare, start)
        if let header = lastRange(of: start[shared...], in: text[after..<found.contentStart]) {
            return found.span(from: header.upperBound)
        }
        // It may open what the turn does not have, such as <think>, so that what the turn says follows a part of it.
        let header = start[shared...]
        for count in stride(from: header.count - 1, through: header.count / 2 + 1, by: -1) {
            let begin = found.contentStart - count
            if begin >= after, text[begin..<found.contentStart].elementsEqual(header.prefix(count)) {
                return found.span(from: found.contentStart)
            }
        }
        let common = commonPrefix(start, text)
        guard common > shared, common > after else { throw .notAPrefix(turn: turn) }
        return found.span(from: min(common, found.contentStart))
    }
}

/// Where a turn of the assistant stands in the text of a conversation.
struct TurnSpan {
    /// From after the generation prompt on.
    let range: Range<Int>
    /// Before what ends the turn.
    let contentEnd: Int
    /// Whether the turn would end in another way if nothing followed it, so that its own end is not in the range.
    let endsDifferently: Bool
}

/// How many bytes two texts begin with alike, to the end of a character.
func commonPrefix(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Int {
    var (count, whole) = (0, 0)
    for (x, y) in zip(a, b) {
        if x & 0xC0 != 0x80 { whole = count }
        if x != y { return whole }
        count += 1
    }
    return count
}

/// The last place of some bytes, which are more than none.
func lastRange(of wanted: ArraySlice<UInt8>, in text: ArraySlice<UInt8>) -> Range<Int>? {
    guard let first = wanted.first, wanted.count <= text.count else { return nil }
    for start in (text.startIndex...(text.endIndex - wanted.count)).reversed()
    where text[start] == first && text[start..<start + wanted.count].elementsEqual(wanted) {
        return start..<start + wanted.count
    }
    return nil
}
