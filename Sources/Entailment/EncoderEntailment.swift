import Foundation
import Statistics
public import Tokenization
public import Transformers

/// A cross-encoder with NLI labels, such as a BERT that was trained on MNLI: p = softmax over its labels, of the one that is
/// called entailment.
///
/// - Source: Devlin et al. 2019 for pairs of texts in one sequence.
public struct EncoderEntailment: EntailmentScorer {
    /// The encoder.
    public let source: EntailmentSource
    private let classifier: SequenceClassifier
    private let tokenizer: Tokenizer
    private let entailment: Int
    private let packTokens, workers: Int

    /// An encoder and its tokenizer.
    ///
    /// - Throws: where the labels of the encoder do not say which one is entailment, or the tokenizer does not say how two
    ///   texts are put together.
    public init(
        _ classifier: SequenceClassifier, _ tokenizer: Tokenizer, name: String, sha256: String? = nil,
        packTokens: Int, workers: Int
    ) throws(EntailmentError) {
        let places = classifier.labels.indices.filter {
            ["entailment", "entails", "entailed"].contains(classifier.labels[$0].lowercased())
        }
        guard places.count == 1 else { throw .labels(encoder: name, found: classifier.labels) }
        guard tokenizer.joinsPairs else { throw .noPairs(encoder: name) }
        (self.classifier, self.tokenizer, entailment) = (classifier, tokenizer, places[0])
        (self.packTokens, self.workers) = (packTokens, workers)
        source = EntailmentSource(.encoder, name, sha256: sha256)
    }

    /// The probability of the label entailment. A pair that is too long loses the end of its longer text.
    nonisolated(nonsending) public func probabilities(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> [Double] {
        let encoded = pairs.compactMap {
            tokenizer.encodePair($0.premise, $0.hypothesis, limit: classifier.contextLength)
        }
        var found = [Double](repeating: .nan, count: pairs.count)
        await Packs(lengths: encoded.map(\.ids.count), tokens: packTokens).forEach(workers: workers) {
            members in
            classifier.logits(members.map { encoded[$0].ids }, types: members.map { encoded[$0].types })
        } deliver: { members, logits in
            for (member, logits) in zip(members, logits) {
                let logits = logits.map(Double.init)
                found[member] = exp(logits[entailment] - logSumExp(logits))
            }
            progress(members.count)
        }
        for (pair, p) in zip(pairs, found) where !p.isFinite {
            throw .notFinite(model: source.name, pair)
        }
        return found
    }
}
