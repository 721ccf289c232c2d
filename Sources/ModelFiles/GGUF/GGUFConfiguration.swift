import Kernels

extension GGUF {
    /// The keys of a Hugging Face `config.json` that the metadata and tensors of this file determine, in the spelling
    /// that transformers 4 writes and 5 reads.
    func configuration(
        _ architecture: GGUFArchitecture, _ extents: GGUFExtents, _ vocabulary: GGUFVocabulary
    ) throws(ModelFileError) -> Configuration {
        var configuration: Configuration = [
            "model_type": .text(architecture.modelType),
            "architectures": .list([.text(architecture.modelClass)]),
            "vocab_size": .integer(extents.vocabulary),
            "tie_word_embeddings": .flag(tensor("output.weight") == nil),
        ]
        configuration["bos_token_id"] = vocabulary.bos.map { .integer($0) }
        configuration["eos_token_id"] = vocabulary.eos.map { .integer($0) }
        configuration["pad_token_id"] = vocabulary.padding.map { .integer($0) }
        return configuration.with(try architecture.keys(self)(extents))
    }

    /// What all but GPT-2 have, under the same names.
    func extentKeys(_ extents: GGUFExtents) -> Configuration {
        [
            "hidden_size": .integer(extents.width), "intermediate_size": .integer(extents.feedForward),
            "num_hidden_layers": .integer(extents.layers), "num_attention_heads": .integer(extents.heads),
            "num_key_value_heads": .integer(extents.keyValueHeads),
            "max_position_embeddings": .integer(extents.context),
        ]
    }

    /// A number that the model cannot do without.
    func number(_ key: String) throws(ModelFileError) -> ConfigurationValue {
        let key = try self.key(key)
        return .number(try required(key, real(key)))
    }
}

// Llama and its descendants: RMS norms, heads of any width that rotate whole.
extension GGUF {
    func modernKeys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        guard extents.rotated == extents.headDimension else {
            throw .unsupported(
                path: file.path, place: "metadata value \(try key("rope.dimension_count"))",
                found: "\(extents.rotated) of a head's \(extents.headDimension)",
                supported: ["models whose heads rotate whole"])
        }
        return extentKeys(extents).with([
            "head_dim": .integer(extents.headDimension),
            "rms_norm_eps": try number("attention.layer_norm_rms_epsilon"),
            "attention_bias": .flag(tensor("blk.0.attn_q.bias") != nil),
        ]).with(try rotaryKeys(extents))
    }

    func llamaKeys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        try modernKeys(extents).with([
            "hidden_act": .text("silu"), "mlp_bias": .flag(tensor("blk.0.ffn_up.bias") != nil),
        ])
    }

    /// Mistral goes by the name of Llama; what it has more is a window.
    func llamaOrMistralKeys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        let keys = try llamaKeys(extents)
        guard let window = try integer(key("attention.sliding_window")), window > 0 else { return keys }
        return keys.with([
            "model_type": .text("mistral"), "architectures": .list([.text("MistralForCausalLM")]),
            "sliding_window": .integer(window),
        ])
    }

    /// Every fourth layer does not rotate: not the file says so, but its architecture.
    func smolLM3Keys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        try llamaKeys(extents).with([
            "no_rope_layer_interval": .integer(4),
            "no_rope_layers": .list((1...extents.layers).map { .integer($0.isMultiple(of: 4) ? 0 : 1) }),
            "use_sliding_window": .flag(false),
        ])
    }

    /// Olmo 3 has the same name, and windows besides.
    func olmo2Keys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        let window = try key("attention.sliding_window")
        guard metadata[window] == nil else {
            throw .unsupported(
                path: file.path, place: "metadata value \(window)", found: "Olmo 3", supported: ["Olmo 2"])
        }
        return try modernKeys(extents).with(["hidden_act": .text("silu")])
    }

    func phi3Keys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        let original = try integer(key("rope.scaling.original_context_length"))
        var keys = extentKeys(extents).with([
            "hidden_act": .text("silu"), "rms_norm_eps": try number("attention.layer_norm_rms_epsilon"),
            "partial_rotary_factor": extents.partRotated,
            "original_max_position_embeddings": .integer(original ?? extents.context),
        ])
        // Phi 4 has no window, which is written as 0.
        if let window = try integer(key("attention.sliding_window")), window > 0 {
            keys["sliding_window"] = .integer(window)
        }
        return keys.with(try rotaryKeys(extents))
    }
}
