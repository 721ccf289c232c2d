public import Records
public import Tokenization
import Transformers

/// A preference as the model sees it: each answer with its prompt.
public struct EncodedPreference: Sendable {
    /// The record's id.
    public let id: String
    /// The record's line in its file.
    public let line: Int
    /// The prompt and the chosen answer, which is supervised.
    public let chosen: EncodedExample
    /// The prompt and the rejected answer, which is supervised.
    public let rejected: EncodedExample
}

/// Turns preferences into tokens, each answer with its prompt as
/// `encode(_:with:contextLength:vocabulary:)` turns an example.
///
/// A pair whose two sides are the same tokens is rejected, and one whose prompt would have to be cut to fit the context.
///
/// - Returns: the pairs that can be used, and those that cannot, both in the order of the records.
public func encode(
    _ preferences: [Preference], with tokenizer: Tokenizer, contextLength: Int, vocabulary: Int,
    _ encoding: ExampleEncoding = ExampleEncoding()
) throws(ExampleError) -> (pairs: [EncodedPreference], rejects: [RejectedExample]) {
    var (pairs, rejects) = ([EncodedPreference](), [RejectedExample]())
    let encoder = ExampleEncoder(tokenizer, now: encoding.now)
    for preference in preferences {
        do throws(Unusable) {
            pairs.append(
                try encoder.encode(preference, contextLength: contextLength, vocabulary: vocabulary))
        } catch {
            rejects.append(try error.reject(preference.id, preference.line, encoding))
        }
    }
    return (pairs, rejects)
}

extension ExampleEncoder {
    fileprivate func encode(
        _ preference: Preference, contextLength: Int, vocabulary: Int
    ) throws(Unusable) -> EncodedPreference {
        func side(_ name: String, _ content: Content) throws(Unusable) -> EncodedExample {
            let example = Example(
                id: preference.id, task: preference.task, line: preference.line, content: content,
                variables: preference.variables)
            do throws(Unusable) {
                let encoded = try encode(example, contextLength: contextLength, vocabulary: vocabulary)
                guard encoded.cut > 0 else { return encoded }
                throw .reason(
                    "with its prompt it has \(encoded.sequence.ids.count + encoded.cut) tokens, more than the model's context "
                        + "of \(contextLength), and the prompt of a pair is not cut")
            } catch {
                if case .reason(let reason) = error { throw .reason("\(name): \(reason)") }
                throw error
            }
        }
        let chosen = try side("chosen", preference.chosen)
        let rejected = try side("rejected", preference.rejected)
        if chosen.sequence == rejected.sequence {
            throw .reason("its chosen and its rejected answer are the same tokens, so neither is preferred")
        }
        return EncodedPreference(id: preference.id, line: preference.line, chosen: chosen, rejected: rejected)
    }
}
