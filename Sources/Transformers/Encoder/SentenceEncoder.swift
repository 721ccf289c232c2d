public import Kernels
public import ModelFiles
public import Tensor

/// A BERT sentence encoder with mean pooling, such as all-MiniLM-L6-v2.
///
/// - Source: Devlin et al. 2019; Reimers and Gurevych 2019 for the mean.
public struct SentenceEncoder: Sendable, Weighted {
    private var encoder: TextEncoder
    /// The longest text, in tokens.
    public var contextLength: Int { encoder.contextLength }
    /// The width of an embedding.
    public var dModel: Int { encoder.width }

    /// The encoder whose files are open.
    public init(_ source: ModelSource) throws(ModelError) {
        try requireBounded(source)
        encoder = try TextEncoder(
            EncoderConfiguration(source, supported: ["bert"]), path: source.path)
        let prefix = source.tensors["bert.embeddings.word_embeddings.weight"] == nil ? "" : "bert."
        try load(source, prefix: prefix) {
            $0.hasPrefix("pooler.") || $0.hasSuffix("position_ids") || $0.hasPrefix("cls.")
        }
    }

    /// The last hidden state, before pooling: [position, dModel] for packed texts.
    public func hidden(_ ids: [Int32], _ packing: Packing) -> Tensor {
        encoder.hidden(ids, types: ids.map { _ in 0 }, packing)
    }

    /// The embedding of each text, normalized to length 1: [text][dModel].
    ///
    /// - Parameter texts: Tokens with the markers that the tokenizer adds, each text at least one.
    public func embeddings(_ texts: [[Int32]]) -> [[Float]] {
        let packing = Packing(lengths: texts.map(\.count))
        let x = hidden(texts.flatMap { $0 }, packing).elements
        return packing.sequences.map { rows in
            let sum = sumOfRows(
                Array(x[rows.lowerBound * dModel..<rows.upperBound * dModel]), rowLength: dModel)
            return scaled(sum, by: 1 / max(dot(sum, sum).squareRoot(), 1e-12))
        }
    }

    /// Embeddings, then layers.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try encoder.visitWeights(visit)
    }
}
