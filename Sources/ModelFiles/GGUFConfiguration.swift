import Foundation
import Kernels

/// The keys of a Hugging Face `config.json` that a GGUF file's metadata and tensors determine.
struct GGUFConfiguration: Encodable {
    struct RopeScaling: Encodable {
        let rope_type: String
        let factor: Float
        let original_max_position_embeddings: Int?
    }

    let model_type: String
    let architectures: [String]
    let hidden_act = "silu"
    let hidden_size: Int
    let intermediate_size: Int
    let num_hidden_layers: Int
    let num_attention_heads: Int
    let num_key_value_heads: Int
    let head_dim: Int
    let vocab_size: Int
    let max_position_embeddings: Int
    let rms_norm_eps: Float
    let rope_theta: Float
    let rope_scaling: RopeScaling?
    let attention_bias: Bool
    let mlp_bias: Bool
    let tie_word_embeddings: Bool
    let bos_token_id: Int?
    let eos_token_id: Int?
    let pad_token_id: Int?

    /// This as JSON, keys in alphabetical order.
    var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("numbers of a GGUF file that JSON cannot hold: \(self)")
        }
        return [UInt8](data)
    }
}

extension GGUF {
    /// The configuration of a file of this architecture.
    func configuration(
        _ architecture: GGUFArchitecture, _ vocabulary: GGUFVocabulary
    ) throws(ModelFileError) -> GGUFConfiguration {
        let prefix = architecture.name
        func count(_ key: String) throws(ModelFileError) -> Int {
            let key = "\(prefix).\(key)"
            let value = try required(key, integer(key))
            guard value > 0 else {
                throw .malformed(
                    path: file.path, place: "metadata value \(key)", expected: "at least 1", found: "0")
            }
            return value
        }
        func has(_ key: String) -> Bool { metadata["\(prefix).\(key)"] != nil }
        let names = Set(tensors.map(\.name))
        let epsilonKey = "\(prefix).attention.layer_norm_rms_epsilon"
        let heads = try count("attention.head_count")
        return GGUFConfiguration(
            model_type: architecture.name, architectures: [architecture.modelClass],
            hidden_size: try count("embedding_length"),
            intermediate_size: try count("feed_forward_length"),
            num_hidden_layers: try count("block_count"),
            num_attention_heads: heads,
            num_key_value_heads: try has("attention.head_count_kv")
                ? count("attention.head_count_kv") : heads,
            head_dim: try headDimension(prefix, width: count("embedding_length"), heads: heads),
            vocab_size: try vocabularySize(vocabulary),
            max_position_embeddings: try count("context_length"),
            rms_norm_eps: try required(epsilonKey, real(epsilonKey)),
            rope_theta: try real("\(prefix).rope.freq_base") ?? 10_000,  // what llama.cpp assumes
            rope_scaling: try ropeScaling(prefix),
            attention_bias: names.contains("blk.0.attn_q.bias"),
            mlp_bias: names.contains("blk.0.ffn_up.bias"),
            tie_word_embeddings: !names.contains("output.weight"),
            bos_token_id: vocabulary.bos, eos_token_id: vocabulary.eos, pad_token_id: vocabulary.padding)
    }

    /// The width of a head: written in the file, or the model's width over the number of heads. Rotation must cover
    /// all of it.
    private func headDimension(_ prefix: String, width: Int, heads: Int) throws(ModelFileError) -> Int {
        let written = try integer("\(prefix).attention.key_length")
        let dimension = written ?? width / heads
        guard dimension > 0, dimension.isMultiple(of: 2), written != nil || width.isMultiple(of: heads) else {
            throw .malformed(
                path: file.path, place: "metadata value \(prefix).attention.head_count",
                expected: "heads of an even width within \(width)", found: "\(heads) heads of \(dimension)")
        }
        let values = try integer("\(prefix).attention.value_length") ?? dimension
        let rotated = try integer("\(prefix).rope.dimension_count") ?? dimension
        guard values == dimension, rotated == dimension else {
            throw .unsupported(
                path: file.path, place: "metadata",
                found: "a head of \(dimension) with values of \(values) and \(rotated) rotated",
                supported: [
                    "models whose heads rotate whole"
                ])
        }
        return dimension
    }

    /// The rows of the embedding, which may be padded beyond the tokens but never fewer.
    private func vocabularySize(_ vocabulary: GGUFVocabulary) throws(ModelFileError) -> Int {
        let embedding = tensors.first { $0.name == "token_embd.weight" }
        guard let embedding, embedding.rows >= vocabulary.tokens.count else {
            throw .malformed(
                path: file.path, place: "tensor token_embd.weight",
                expected: "a row for each of \(vocabulary.tokens.count) tokens",
                found: embedding.map { "\($0.rows) rows" } ?? "no such tensor")
        }
        return embedding.rows
    }

    private func ropeScaling(_ prefix: String) throws(ModelFileError) -> GGUFConfiguration.RopeScaling? {
        let kind = try text("\(prefix).rope.scaling.type") ?? "none"
        guard kind != "none" else { return nil }
        let key = "\(prefix).rope.scaling.factor"
        return GGUFConfiguration.RopeScaling(
            rope_type: kind, factor: try required(key, real(key)),
            original_max_position_embeddings: try integer("\(prefix).rope.scaling.original_context_length"))
    }
}
