public import Records
public import Tokenization
public import Transformers

/// Why a contrast cannot be used.
public struct ContrastError: Error, Equatable, CustomStringConvertible {
    /// The record's line.
    public let line: Int
    /// The record's id.
    public let id: String
    /// What is wrong.
    public let reason: String

    /// One sentence for the user.
    public var description: String { "line \(line) (id \(id)): \(reason)." }
}

/// Examples with their contrasts as tokens.
///
/// - Parameters:
///   - examples: Examples as tokens.
///   - records: The records that the examples were made of, and maybe others.
///   - tokenizer: The one that made them.
/// - Throws: where a contrast is not of a plain prompt and completion, has another length, or does not differ.
public func contrasted(
    _ examples: [EncodedExample], of records: [Example], with tokenizer: Tokenizer
) throws(ContrastError) -> [Probe] {
    let byLine = Dictionary(records.map { ($0.line, $0) }) { first, _ in first }
    var contrasted: [Probe] = []
    for example in examples {
        let contrast = byLine[example.line]?.contrast ?? Contrast()
        let ids = example.sequence.ids
        let answer = example.sequence.supervised.firstIndex(of: true) ?? ids.count
        func error(_ reason: String) -> ContrastError {
            ContrastError(line: example.line, id: example.id, reason: reason)
        }
        var (prompt, completion) = ("", "")
        if contrast != Contrast(),
            case .promptCompletion(let own, let answer)? = byLine[example.line]?.content
        {
            (prompt, completion) = (own, answer)
            guard example.cut == 0 else {
                throw error(
                    "its prompt was cut, so counterfactual_prompt and other_completion have no place; shorten it"
                )
            }
        } else if contrast != Contrast() {
            throw error(
                "counterfactual_prompt and other_completion go with a prompt and a completion that are strings"
            )
        }
        var counterfactual: [Int32]?
        if let otherPrompt = contrast.prompt {
            let other = TextWithAnswer(otherPrompt, completion, ended: true, tokenizer)
            guard other.answer == answer, other.ids[answer...] == ids[answer...] else {
                throw error(
                    "its counterfactual_prompt has \(other.answer) tokens and its prompt \(answer); both must have as many, "
                        + "and the completion the same after both, so that positions correspond")
            }
            counterfactual = other.ids
        }
        var fork: Probe.Fork?
        if let otherCompletion = contrast.completion {
            let other = TextWithAnswer(prompt, otherCompletion, ended: true, tokenizer).ids
            let shared = zip(ids, other).prefix { $0 == $1 }.count
            guard shared < other.count, shared < ids.count, shared > 0 else {
                throw error("its other_completion does not part from its completion")
            }
            fork = .init(position: shared - 1, own: ids[shared], other: other[shared])
        }
        contrasted.append(
            Probe(
                example.sequence, counterfactual: counterfactual, fork: fork,
                endsInMark: example.sequence.supervised.lastIndex(of: true).map {
                    tokenizer.end == ids[$0] || tokenizer.isSpecial(ids[$0])
                } ?? false))
    }
    return contrasted
}
