extension Decoder {
    /// The name in transformers of the module that the files call `path`: older files of some families omit
    /// the common prefix.
    func moduleName(_ path: String) -> String {
        guard !path.hasPrefix(names.head) else { return path }
        switch family {
        case "gpt2": return path.hasPrefix("transformer.") ? path : "transformer.\(path)"
        case "opt": return path.hasPrefix("model.") ? path : "model.\(path)"
        default: return path
        }
    }

    /// The last parts of the names of all projections, each once: the possible targets.
    var projectionNames: [String] {
        var (copy, seen) = (self, Set<String>())
        copy.visitProjections { path, _ in seen.insert(lastPart(of: path)) }
        return seen.sorted()
    }

    /// PEFT's default target projections of a family; for families that PEFT does not know, `q_proj` and
    /// `v_proj` as in most.
    ///
    /// - Source: PEFT 0.21, `TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING`.
    public var defaultTargets: [String] {
        switch family {
        case "gpt2": ["c_attn"]
        case "gpt_neox": ["query_key_value"]
        case "phi": ["q_proj", "v_proj", "fc1", "fc2"]
        case "phi3": ["qkv_proj"]
        default: ["q_proj", "v_proj"]
        }
    }
}

/// What follows the last dot.
func lastPart(of name: String) -> String {
    String(name[(name.lastIndex(of: ".").map(name.index(after:)) ?? name.startIndex)...])
}
