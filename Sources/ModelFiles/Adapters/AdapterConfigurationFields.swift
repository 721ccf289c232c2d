import Foundation

extension AdapterConfiguration {
    /// What an `adapter_config.json` of PEFT says. Every field may be missing; one that asks for what is not done here
    /// is an error.
    init(_ fields: AdapterFields) throws(ModelFileError) {
        try fields.requirePlainLoRA()
        rank = try fields.integer("r") ?? rank
        alpha = try fields.number("lora_alpha") ?? alpha
        dropout = try fields.number("lora_dropout") ?? dropout
        isRankStabilized = try fields.flag("use_rslora") ?? false
        hasMagnitudes = try fields.flag("use_dora") ?? false
        tiesWeights = try fields.flag("ensure_weight_tying") ?? false
        if let name = try fields.text("bias") {
            guard let bias = Bias(rawValue: name) else {
                throw fields.malformed("bias", expected: "none, all or lora_only")
            }
            self.bias = bias
        }
        if let modules = try fields.modules("target_modules") {
            if case .expression(let name) = modules, name.lowercased() == "all-linear" {
                targets = .allLinear
            } else {
                targets = .modules(modules)
            }
        }
        excluded = try fields.modules("exclude_modules")
        layers = try fields.integers("layers_to_transform")
        layerNames = try fields.texts("layers_pattern")
        for (pattern, value) in try fields.members("rank_pattern") {
            guard case .integer(let rank) = value, rank > 0 else {
                throw fields.malformed("rank_pattern", expected: "ranks of 1 or more")
            }
            ranks.append(PatternValue(pattern, rank))
        }
        for (pattern, value) in try fields.members("alpha_pattern") {
            guard let alpha = value.number else {
                throw fields.malformed("alpha_pattern", expected: "numbers")
            }
            alphas.append(PatternValue(pattern, alpha))
        }
        savedModules = try fields.texts("modules_to_save")
        trainedTokens = try fields.trainedTokens("trainable_token_indices")
        base = try fields.text("base_model_name_or_path")
        guard rank > 0 else { throw fields.malformed("r", expected: "1 or more") }
        guard (0..<1).contains(dropout) else {
            throw fields.malformed("lora_dropout", expected: "0 or more, and below 1")
        }
    }

    /// This as PEFT's `adapter_config.json`.
    ///
    /// - Parameter isConv1D: Whether the model keeps its matrices [in, out], as GPT-2 does.
    func json(isConv1D: Bool) -> [UInt8] {
        func value(_ modules: Modules?) -> ConfigurationValue {
            switch modules {
            case nil: .null
            case .expression(let pattern): .text(pattern)
            case .names(let names): .list(names.sorted().map { .text($0) })
            }
        }
        func list(_ texts: [String]) -> ConfigurationValue {
            texts.isEmpty ? .null : .list(texts.map { .text($0) })
        }
        func members<Value>(
            _ values: [PatternValue<Value>], _ written: (Value) -> ConfigurationValue
        ) -> ConfigurationValue {
            .object(Dictionary(values.map { ($0.pattern, written($0.value)) }) { first, _ in first })
        }
        let chosen: ConfigurationValue =
            switch targets {
            case .familyDefault: .null
            case .allLinear: .text("all-linear")
            case .modules(let modules): value(modules)
            }
        var fields: Configuration = [
            "peft_type": .text("LORA"), "task_type": .text("CAUSAL_LM"), "inference_mode": .flag(true),
            "base_model_name_or_path": base.map { .text($0) } ?? .null, "revision": .null,
            "auto_mapping": .null,
            "r": .integer(rank), "lora_alpha": .exactly(alpha), "lora_dropout": .exactly(dropout),
            "use_rslora": .flag(isRankStabilized), "use_dora": .flag(hasMagnitudes),
            "bias": .text(bias.rawValue), "target_modules": chosen, "exclude_modules": value(excluded),
            "layers_to_transform": layers.isEmpty ? .null : .list(layers.map { .integer($0) }),
            "layers_pattern": list(layerNames), "rank_pattern": members(ranks) { .integer($0) },
            "alpha_pattern": members(alphas) { .exactly($0) },
            "modules_to_save": list(savedModules),
            "fan_in_fan_out": .flag(isConv1D), "init_lora_weights": .flag(true),
        ]
        // Older versions of PEFT do not know this key.
        if tiesWeights { fields["ensure_weight_tying"] = .flag(true) }
        return fields.json
    }
}

extension ConfigurationValue {
    /// A whole number as one.
    fileprivate static func exactly(_ value: Double) -> ConfigurationValue {
        Int(exactly: value).map { .integer($0) } ?? .number(Float(value))
    }
}
