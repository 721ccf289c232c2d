import Foundation
import Kernels
public import ModelFiles
public import Tensor

/// An encoder with a classifier on its first token's state: `BertForSequenceClassification` and the same of RoBERTa and
/// DistilBERT. Of one text or of a pair (a cross-encoder).
public struct SequenceClassifier: Sendable, Weighted {
    private var encoder: TextEncoder
    private var dense: Projection
    private var output: Projection
    /// The labels by their index, from `id2label`.
    public let labels: [String]
    /// The longest text or pair, in tokens.
    public var contextLength: Int { encoder.contextLength }

    /// The model types that are computed.
    public static var supported: [String] { EncoderFamily.all.flatMap(\.types) }

    private struct Labels: Decodable {
        let id2label: [String: String]?
        let problem_type: String?
    }

    /// The classifier whose files are open.
    public init(_ source: ModelSource) throws(ModelError) {
        try requireBounded(source)
        let configuration = try EncoderConfiguration(source, supported: Self.supported)
        let named: Labels = try decoded(source)
        if let problem = named.problem_type, problem != "single_label_classification" {
            throw .unreadKey(path: source.path, key: "problem_type", found: problem)
        }
        let byID = (named.id2label ?? [:]).compactMap { id, name in Int(id).map { (id: $0, name: name) } }
        let ordered = byID.sorted { $0.id < $1.id }
        guard ordered.count >= 2, ordered.map(\.id) == Array(ordered.indices) else {
            throw .configuration(
                path: source.path, key: "id2label", expected: "names of the labels 0, 1, …",
                found: named.id2label.map { "\($0.keys.sorted())" } ?? "none")
        }
        labels = ordered.map(\.name)
        encoder = try TextEncoder(configuration, path: source.path)
        let (width, head) = (configuration.width, configuration.family.head)
        dense = Projection(head.dense, from: width, to: width, hasBias: true)
        output = Projection(head.output, from: width, to: labels.count, hasBias: true)
        let unusedPooler = "\(configuration.family.prefix)pooler."
        try load(source) { $0.hasSuffix("position_ids") || $0.hasPrefix(unusedPooler) }
    }

    /// The logit of each label: [text][label].
    ///
    /// - Parameters:
    ///   - texts: tokens with the markers that the tokenizer adds.
    ///   - types: of each token, 0 for the first text and 1 for the second.
    public func logits(_ texts: [[Int32]], types: [[Int32]]) -> [[Float]] {
        let packing = Packing(lengths: texts.map(\.count))
        let x = encoder.hidden(texts.flatMap(\.self), types: types.flatMap(\.self), packing)
        let first = dense(x.rows(packing.sequences.map(\.lowerBound)))
        let inner = first.elements.map { encoder.family.head.activation == .tanh ? tanh($0) : max($0, 0) }
        let logits = output(Tensor(inner, shape: first.shape)).elements
        return texts.indices.map { Array(logits[$0 * labels.count..<($0 + 1) * labels.count]) }
    }

    /// The encoder, then the classifier.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        let prefix = encoder.family.prefix
        try encoder.visitWeights { (name, weight) throws(Failure) in try visit(prefix + name, &weight) }
        try dense.visitWeights(visit)
        try output.visitWeights(visit)
    }
}
