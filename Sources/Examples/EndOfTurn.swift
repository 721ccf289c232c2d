import Records
public import Tokenization

extension ConversationRenderer {
    /// The special token that the template puts right behind what the assistant said, if it puts one there.
    func endOfTurn(_ tokenizer: Tokenizer) -> Int32? {
        let answer = "sft-probe-answer"
        let turns = [Message(role: "user", content: "a"), Message(role: "assistant", content: answer)]
        guard let text = try? text(turns, addGenerationPrompt: false),
            let said = text.ranges(of: answer).last
        else { return nil }
        let rest = text[said.upperBound...].drop(while: \.isWhitespace)
        return tokenizer.encode(String(rest), addSpecialTokens: false).first { id in
            tokenizer.isSpecial(id) || !tokenizer.bytes(of: id).allSatisfy { $0 == 0x20 }
        }.flatMap { tokenizer.isSpecial($0) ? $0 : nil }
    }
}

extension Tokenizer {
    /// The tokens that end an answer: the tokenizer's own end, the token by which its chat template ends the assistant's
    /// turn, and those that the model's files name.
    ///
    /// - Parameter named: ids of `eos_token_id`, or those of a GGUF file.
    public func ends(named: [Int]) -> Set<Int32> {
        let ofTurn = (try? ConversationRenderer(self)).flatMap { $0.endOfTurn(self) }
        return Set([end, ofTurn].compactMap(\.self) + named.map { Int32(clamping: $0) })
    }
}
