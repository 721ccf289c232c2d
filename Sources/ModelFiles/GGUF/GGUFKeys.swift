import Kernels

/// What the metadata of a GGUF file may say beside what is read: no key of its architecture goes unread.
enum GGUFKeys {
    /// Keys of an architecture that are read, the name of the architecture left out.
    private static let read: Set<String> = [
        "context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count",
        "attention.head_count_kv", "attention.key_length", "attention.value_length",
        "attention.layer_norm_epsilon",
        "attention.layer_norm_rms_epsilon", "attention.sliding_window", "rope.dimension_count",
        "rope.freq_base",
        "rope.scaling.type", "rope.scaling.factor", "rope.scale_linear",
        "rope.scaling.original_context_length",
        "rope.scaling.attn_factor", "rope.scaling.yarn_attn_factor", "rope.scaling.yarn_beta_fast",
        "rope.scaling.yarn_beta_slow", "rope.scaling.yarn_ext_factor",
    ]
    /// Keys that some architectures alone read.
    private static let readBy: [String: Set<String>] = [
        "gemma2": ["attention.scale", "attn_logit_softcapping", "final_logit_softcapping"],
        "gemma3": [
            "attention.scale", "attention.sliding_window_pattern", "rope.freq_base_swa",
            "final_logit_softcapping",
        ],
        "gptneox": ["use_parallel_residual"],
        "stablelm": ["use_parallel_residual"],  // not believed: the tensors tell
    ]
    /// Keys that say nothing of what the model computes.
    private static let harmless: Set<String> = [
        "vocab_size", "tensor_data_layout", "rope.scaling.finetuned", "interleave_attention",
    ]
    /// Keys by which some model computes something else, and the number at which it does not.
    private static let refused: [String: Double] = [
        "attention.clamp_kqv": 0, "attention.max_alibi_bias": 0, "attention.scale": .nan,
        "attention.causal": 1,
        "attention.temperature_scale": .nan, "attention.temperature_length": .nan,
        "attention.key_length_mla": .nan,
        "attention.kv_lora_rank": .nan, "attention.q_lora_rank": .nan, "attention.chunk_size": 0,
        "attention.group_norm_epsilon": .nan, "attention.sliding_window_pattern": .nan,
        "attention.shared_kv_layers": 0, "attention.output_scale": 1, "attention.value_scale": 1,
        "attn_logit_softcapping": 0, "router_logit_softcapping": 0, "final_logit_softcapping": 0,
        "logit_scale": 1,
        "residual_scale": 1, "embedding_scale": 1, "expert_count": 0, "expert_used_count": 0,
        "pooling_type": 0,
        "rope.freq_base_swa": .nan, "rope.dimension_count_swa": .nan, "rope.dimension_sections": .nan,
        "rope.scaling.alpha": .nan, "rope.scaling.yarn_log_multiplier": 0, "swin_norm": 0,
        "use_parallel_residual": .nan,
        "nextn_predict_layers": 0, "n_deepstack_layers": 0, "no_rope_layer_interval": .nan,
        "decoder_block_count": 0,
    ]

    /// Checks the keys of a file's architecture.
    ///
    /// - Returns: The keys that are passed over, in order.
    static func check(_ file: GGUF, architecture: String) throws(ModelFileError) -> [String] {
        var unknown: [String] = []
        for (name, value) in file.metadata.sorted(by: { $0.key < $1.key })
        where name.hasPrefix("\(architecture).") {
            let key = String(name.dropFirst(architecture.count + 1))
            let isRead = read.contains(key) || readBy[architecture]?.contains(key) ?? false
            guard !isRead, !harmless.contains(key) else { continue }
            guard let neutral = refused[key] else {
                unknown.append(name)
                continue
            }
            guard value.number == neutral else {
                throw .unsupported(
                    path: file.file.path, place: "metadata value \(name)",
                    found: "\(value.summary), which would change what the model computes,",
                    supported: ["a model without it"])
            }
        }
        return unknown
    }
}

extension GGUFValue {
    /// A number of any kind; 0 and 1 for false and true.
    var number: Double? {
        switch self {
        case .unsigned(let value): Double(value)
        case .signed(let value): Double(value)
        case .real(let value): value
        case .boolean(let value): value ? 1 : 0
        case .text, .array: nil
        }
    }
}
