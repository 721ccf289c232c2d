import ModelFiles

/// The keys of `config.json` that a family reads, and what transformers takes where the file says nothing. A family sees no
/// other key. Each family's own file has its keys, after its configuration class of transformers 5.24; here is what they share.
struct FamilyKeys {
    let read: Set<String>
    var defaults: Configuration = [:]

    /// Where a rotation may be described; the older spelling counts where both are there.
    static let rotations = ["rope_scaling", "rope_parameters"]

    static let sizes: Set<String> = [
        "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
        "vocab_size",
        "max_position_embeddings", "hidden_act", "tie_word_embeddings",
    ]
    static let rotary: Set<String> = [
        "rope_theta", "rope_scaling", "rope_parameters", "original_max_position_embeddings",
    ]
    /// How much of a head turns.
    static let share = "partial_rotary_factor"
    static let modern = sizes.union(rotary).union(["rms_norm_eps", "head_dim"])
    static let windows: Set<String> = ["sliding_window", "layer_types"]

    /// Whether the rotation may leave a part of each head.
    var readsShare: Bool { read.contains(Self.share) || read.contains("rotary_pct") }

    init(_ keys: Set<String>, _ more: Set<String> = [], defaults: Configuration = [:]) {
        read = keys.union(more)
        self.defaults = defaults
    }
}
