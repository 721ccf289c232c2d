import ModelFiles

/// What a model's configuration may say: no key that could change what is computed goes unread.
///
/// A key that a family reads is in `FamilyKeys`; one that says nothing of what a trained model computes is in `harmless`;
/// one by which other models compute something else is refused by name, unless its value changes nothing. Any other key
/// is one that transformers does not know in this family either: it is passed over, and named in a remark.
enum ConfigurationKeys {
    /// Keys of all families that change nothing in the evaluation of a trained model: names, types, ids, shares of dropout,
    /// starts of training, and what a pass is to return.
    static let harmless: Set<String> = [
        "model_type", "architectures", "_name_or_path", "name_or_path", "transformers_version", "auto_map",
        "torch_dtype", "dtype", "use_cache", "initializer_range", "init_std", "_attn_implementation",
        "_attn_implementation_autoset", "attn_implementation", "use_flash_attn", "use_flash_attention_2",
        "torchscript",
        "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "unk_token_id", "mask_token_id",
        "decoder_start_token_id", "prefix", "task_specific_params", "attention_dropout", "hidden_dropout",
        "hidden_dropout_prob", "resid_pdrop", "residual_dropout", "embd_pdrop", "embed_dropout", "attn_pdrop",
        "dropout",
        "classifier_dropout", "activation_dropout", "layerdrop", "output_attentions", "output_hidden_states",
        "output_scores", "return_dict", "return_dict_in_generate", "gradient_checkpointing", "id2label",
        "label2id",
        "num_labels", "problem_type", "finetuning_task", "tokenizer_class", "chunk_size_feed_forward",
        "pruned_heads",
        "is_decoder", "pretraining_tp", "summary_type", "summary_use_proj", "summary_activation",
        "summary_proj_to_labels", "summary_first_dropout", "reorder_and_upcast_attn", "n_ctx",
        "remove_invalid_values",
        "exponential_decay_length_penalty", "suppress_tokens", "begin_suppress_tokens", "forced_bos_token_id",
        "forced_eos_token_id", "max_length", "min_length", "do_sample", "early_stopping", "num_beams",
        "num_beam_groups", "diversity_penalty", "temperature", "top_k", "top_p", "typical_p",
        "repetition_penalty",
        "length_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids",
        "num_return_sequences", "tf_legacy_loss", "use_bfloat16", "unsloth_version", "unsloth_fixed",
        "cache_implementation", "transformers.js_config", "rope_interleaved",
        "tie_encoder_decoder", "tf_padding", "language", "license",
    ]

    /// Keys by which other families, or other programs, compute something else, and the number at which they do not. They
    /// are refused with any other value but null, false and empty ones.
    static let refused: [String: Double] = [
        "quantization_config": .nan, "compression_config": .nan, "quantization": .nan,
        "is_encoder_decoder": .nan,
        "add_cross_attention": .nan, "cross_attention_hidden_size": .nan, "use_bidirectional_attention": .nan,
        "_remove_final_layer_norm": .nan, "embedding_size": .nan, "clip_qkv": .nan, "qkv_clip": .nan,
        "logit_scale": 1, "logits_scaling": 1, "residual_multiplier": 1, "embedding_multiplier": 1,
        "attention_multiplier": .nan, "lm_head_multiplier": 1, "mup_multiplier": 1, "scale_emb": 1,
        "scale_depth": .nan,
        "dim_model_base": .nan, "attn_scale": .nan, "attention_scale": .nan, "logit_cap": .nan,
        "final_logit_softcap": .nan, "final_logit_softcapping": .nan, "attn_logit_softcapping": .nan,
        "query_pre_attn_scalar": .nan, "attn_temperature_tuning": .nan, "use_qk_norm": .nan, "qk_norm": .nan,
        "qk_layernorm": .nan, "attention_sink": .nan, "use_attention_sinks": .nan,
        "attention_chunk_size": .nan,
        "alibi": .nan, "position_embedding_type": .nan, "num_local_experts": .nan, "num_experts": .nan,
        "n_routed_experts": .nan, "kv_lora_rank": .nan, "layer_replication": .nan, "mrope_section": .nan,
        "norm_topk_prob": .nan, "use_mrope": .nan, "attention_output_gate": .nan, "parallel_attn": .nan,
        "sandwich_norm": .nan, "embed_scale": 1, "scale_embedding": .nan, "normalize_embeddings": .nan,
    ]

    /// Checks the keys of a model's configuration.
    ///
    /// - Returns: What is passed over, as a sentence without a stop; none where everything is read.
    static func check(
        _ given: Configuration, _ family: FamilyKeys, path: String
    ) throws(ModelError) -> [String] {
        var unknown: [String] = []
        for (key, value) in given.sorted(by: { $0.key < $1.key }) where !family.read.contains(key) {
            if harmless.contains(key) || value.isNothing { continue }
            guard let neutral = refused[key] else {
                unknown.append(key)
                continue
            }
            if let number = value.number, number == neutral { continue }
            throw .unreadKey(path: path, key: key, found: value.json)
        }
        for key in FamilyKeys.rotations where family.read.contains(key) {
            guard case .object(var rotation)? = given[key] else { continue }
            if !family.readsShare {
                rotation[FamilyKeys.share] = rotation[FamilyKeys.share] ?? given[FamilyKeys.share]
            }
            unknown += try RotaryKeys.check(rotation, family, place: key, path: path)
        }
        guard !unknown.isEmpty else { return [] }
        return [
            "passed over in the configuration, as transformers does for this family: "
                + unknown.joined(separator: ", ")
        ]
    }
}

/// The keys of `rope_parameters` or `rope_scaling`, by the type of rotation that uses them.
enum RotaryKeys {
    private static let all: Set<String> = ["rope_type", "type", "rope_theta"]
    private static let context = "original_max_position_embeddings"
    private static let byType: [String: Set<String>] = [
        "default": [], "linear": ["factor"], "dynamic": ["factor"],
        "yarn": [
            "factor", context, "attention_factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim",
            "truncate",
        ],
        "longrope": ["short_factor", "long_factor", "factor", context, "attention_factor"],
        "llama3": ["factor", "low_freq_factor", "high_freq_factor", context],
    ]
    /// What older programs wrote beside YaRN's numbers.
    private static let harmless: [String: Double] = [
        "finetuned": .nan, "extrapolation_factor": 1, "attn_factor": 1,
    ]

    /// Checks what a rotation says, or the rotations of each kind of layer.
    ///
    /// - Returns: The keys that belong to another type of rotation, which transformers passes over as well.
    static func check(
        _ rotation: Configuration, _ family: FamilyKeys, place: String, path: String
    ) throws(ModelError) -> [String] {
        var unused: [String] = []
        for (key, value) in rotation.sorted(by: { $0.key < $1.key }) where !value.isNothing {
            if key.hasSuffix("_attention"), case .object(let inner) = value {
                unused += try check(inner, family, place: "\(place).\(key)", path: path)
            } else if key == FamilyKeys.share {
                guard !family.readsShare, value.number != 1 else { continue }
                guard type(of: rotation) == "default" else {
                    throw .unreadKey(path: path, key: "\(place).\(key)", found: value.json)
                }
                unused.append("\(place).\(key)")
            } else if !uses(rotation).contains(key) {
                let isKnown = byType.values.contains { $0.contains(key) }
                let isHarmless = harmless[key].map { $0.isNaN || value.number == $0 } ?? false
                guard isKnown || isHarmless else {
                    throw .unreadKey(path: path, key: "\(place).\(key)", found: value.json)
                }
                if isKnown { unused.append("\(place).\(key)") }
            }
        }
        return unused
    }

    private static func type(of rotation: Configuration) -> String {
        guard case .text(let name)? = rotation["rope_type"] ?? rotation["type"] else { return "default" }
        return name == "su" ? "longrope" : name
    }

    private static func uses(_ rotation: Configuration) -> Set<String> {
        all.union(byType[type(of: rotation)] ?? [])
    }
}
