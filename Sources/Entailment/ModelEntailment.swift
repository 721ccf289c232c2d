import Examples
import Foundation
public import Tokenization
public import Transformers

/// A causal language model asked yes or no: p = softmax over the log-probabilities of " yes" and " no".
///
/// Nothing is generated. Small models lean to one answer whatever is asked, so that p needs an ``EntailmentCalibration``
/// before 0.5 means anything; the ranking of pairs does not.
public struct ModelEntailment: EntailmentScorer {
    /// The model.
    public let source: EntailmentSource
    private let model: Decoder
    private let tokenizer: Tokenizer
    private let packTokens, workers: Int

    /// A model that is asked.
    ///
    /// - Parameters:
    ///   - model: the causal language model that is asked.
    ///   - tokenizer: the model's.
    ///   - name: what results call it.
    ///   - sha256: a digest of its weights.
    ///   - packTokens: tokens a worker computes together.
    ///   - workers: packs computed at a time.
    public init(
        _ model: Decoder, _ tokenizer: Tokenizer, name: String, sha256: String? = nil, packTokens: Int,
        workers: Int
    ) {
        (self.model, self.tokenizer) = (model, tokenizer)
        (self.packTokens, self.workers) = (packTokens, workers)
        source = EntailmentSource(.model, name, sha256: sha256)
    }

    /// What the model is asked about a pair. The answer follows.
    public static func question(_ pair: EntailmentPair) -> String {
        """
        Premise: \(pair.premise)
        Hypothesis: \(pair.hypothesis)
        Question: Does the premise entail the hypothesis, yes or no?
        Answer:
        """
    }

    /// p(" yes") / (p(" yes") + p(" no")) for each pair.
    nonisolated(nonsending) public func probabilities(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> [Double] {
        let answers = [" yes", " no"].map { tokenizer.encode($0, addSpecialTokens: false) }
        var asked: [Continuations] = []
        for pair in pairs {
            let prompt = tokenizer.promptTokens(Self.question(pair))
            let tokens = prompt.count + (answers.map(\.count).max() ?? 0)
            guard tokens <= model.contextLength else {
                throw .tooLong(model: source.name, pair, tokens: tokens, limit: model.contextLength)
            }
            asked.append(Continuations(prompt: prompt, options: answers))
        }
        let losses = await model.tokenLosses(of: asked, packTokens: packTokens, workers: workers) {
            count, _ in
            progress(count)
        }
        var found: [Double] = []
        for (pair, losses) in zip(pairs, losses) {
            let (yes, no) = (
                losses[0].reduce(0.0) { $0 - Double($1) }, losses[1].reduce(0.0) { $0 - Double($1) }
            )
            let p = 1 / (1 + exp(no - yes))
            guard p.isFinite else { throw .notFinite(model: source.name, pair) }
            found.append(p)
        }
        return found
    }
}
