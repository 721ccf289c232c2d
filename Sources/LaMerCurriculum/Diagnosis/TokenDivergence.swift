public import Examples
import Foundation
import Kernels
import Tensor
public import Transformers

/// KL(p ‖ q) of the next-token distributions over the whole vocabulary, at each token of the model's first
/// choice, in nats. I is the query and k the fact; where there is a stand-in, the first term has it in place
/// of the fact. It needs no candidates, and shows where in the answer the fact acts.
///
///     RE_tok = (1/|o|) Σ_t KL(p(· | I, o_<t) ‖ p(· | k, I, o_<t))
///
/// - Returns: [query][fact][token].
nonisolated(nonsending) public func tokenDivergences(
    of queries: [DiagnosedQuery], by model: Decoder, _ tokenizer: AnswerTokenizer, packTokens: Int,
    workers: Int, progress: (_ queries: Int, _ tokens: Int) -> Void = { _, _ in }
) async throws(DiagnosisError) -> [[[Double]]] {
    var sequences: [[TokenSequence]] = []
    for query in queries {
        let asked = Subject(
            query.subject.query, candidates: query.subject.candidates, facts: query.subject.facts,
            placebos: [], standIn: query.subject.standIn)
        let first = query.subject.candidates.prefix(query.belief.best).reduce(0) { $0 + $1.wordings.count }
        sequences.append(
            (try prompts(of: asked, model, tokenizer) ?? []).dropFirst(asked.reference).map { arm in
                TokenSequence(
                    ids: arm.prompt + arm.options[first],
                    supervised: arm.prompt.map { _ in false } + arm.options[first].map { _ in true })
            })
    }
    let arms = sequences
    var found = [[[Double]]](repeating: [], count: queries.count)
    let lengths = sequences.map { $0.reduce(0) { $0 + $1.ids.count } }
    await Packs(lengths: lengths, tokens: packTokens).forEach(workers: workers) { members in
        members.map { model.divergences(of: arms[$0]) }
    } deliver: { members, results in
        for (member, result) in zip(members, results) { found[member] = result }
        progress(members.count, members.reduce(0) { $0 + lengths[$1] })
    }
    return found
}

extension Decoder {
    /// KL of the first sequence's next-token beliefs from those of each of the others, at the supervised tokens, which all
    /// have in common: [other][token].
    fileprivate func divergences(of sequences: [TokenSequence]) -> [[Double]] {
        guard let first = sequences.first else { return [] }
        let p = beliefs(first)
        return sequences.dropFirst().map { other in
            let q = beliefs(other)
            return stride(from: 0, to: p.count, by: vocabulary).map { start in
                max(
                    0,
                    (start..<start + vocabulary).reduce(0.0) { sum, token in
                        let log = Double(p[token])
                        return sum + exp(log) * (log - Double(q[token]))
                    })
            }
        }
    }

    /// log p of every token of the vocabulary where a supervised one is predicted: [target, vocabulary].
    private func beliefs(_ sequence: TokenSequence) -> [Float] {
        let batch = Batch([sequence])
        return logSoftmax(logits(batch, rows: batch.predicting).elements, rowLength: vocabulary)
    }
}
