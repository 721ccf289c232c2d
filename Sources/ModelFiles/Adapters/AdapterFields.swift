import Foundation
import JSON
import Kernels

/// The fields of an `adapter_config.json`, each checked as it is read; `null` is as good as missing.
struct AdapterFields {
    let path: String
    private let fields: Configuration
    private let source: [UInt8]  // for the order of keys

    init(path: String) throws(ModelFileError) {
        self.path = path
        let file = try map(path, ifMissing: "name a folder with adapter_config.json, as PEFT writes it")
        source = file.bytes(in: 0..<file.count)
        do {
            fields = try JSONDecoder().decode(Configuration.self, from: Data(source))
        } catch {
            throw .malformed(
                path: path, place: "the whole file", expected: "a JSON object", found: "something else")
        }
    }

    /// The fields inside a field.
    private init(path: String, fields: Configuration) {
        (self.path, self.fields, source) = (path, fields, [])
    }

    /// The value of a field that is there and not `null`.
    private func value(_ key: String) -> ConfigurationValue? {
        if case .null = fields[key] { nil } else { fields[key] }
    }

    /// Whether a field is there and not `null`.
    func has(_ key: String) -> Bool { value(key) != nil }

    func text(_ key: String) throws(ModelFileError) -> String? {
        switch value(key) {
        case nil: return nil
        case .text(let text): return text
        default: throw malformed(key, expected: "text")
        }
    }

    func flag(_ key: String) throws(ModelFileError) -> Bool? {
        switch value(key) {
        case nil: return nil
        case .flag(let flag): return flag
        default: throw malformed(key, expected: "true or false")
        }
    }

    func integer(_ key: String) throws(ModelFileError) -> Int? {
        switch value(key) {
        case nil: return nil
        case .integer(let number): return number
        default: throw malformed(key, expected: "a whole number")
        }
    }

    func number(_ key: String) throws(ModelFileError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.number else { throw malformed(key, expected: "a number") }
        return number
    }

    /// A list of texts, or one text as a list of one.
    func texts(_ key: String) throws(ModelFileError) -> [String] {
        switch try modules(key) {
        case nil: []
        case .names(let names): names
        case .expression(let text): [text]
        }
    }

    /// A list of whole numbers, or one number as a list of one.
    func integers(_ key: String) throws(ModelFileError) -> [Int] {
        switch value(key) {
        case nil: return []
        case .integer(let number): return [number]
        case .list(let values):
            return try values.map { (value) throws(ModelFileError) in
                guard case .integer(let number) = value else {
                    throw malformed(key, expected: "whole numbers")
                }
                return number
            }
        default: throw malformed(key, expected: "whole numbers")
        }
    }

    /// Rows of the embedding as a list, or of modules by their names.
    func trainedTokens(_ key: String) throws(ModelFileError) -> [AdapterConfiguration.TrainedTokens] {
        guard case .object(let modules) = value(key) else {
            let ids = try integers(key)
            return ids.isEmpty ? [] : [AdapterConfiguration.TrainedTokens(module: nil, ids: ids)]
        }
        let inside = try fields(key)
        return try modules.keys.sorted().map { (module) throws(ModelFileError) in
            AdapterConfiguration.TrainedTokens(module: module, ids: try inside.integers(module))
        }
    }

    /// A list of names, or a text.
    func modules(_ key: String) throws(ModelFileError) -> AdapterConfiguration.Modules? {
        switch value(key) {
        case nil: return nil
        case .text(let text): return .expression(text)
        case .list(let values):
            return .names(
                try values.map { (value) throws(ModelFileError) in
                    guard case .text(let text) = value else {
                        throw malformed(key, expected: "a text, or a list of texts")
                    }
                    return text
                })
        default: throw malformed(key, expected: "a text, or a list of texts")
        }
    }

    /// The members of an object, none where the field is missing.
    func object(_ key: String) throws(ModelFileError) -> Configuration {
        switch value(key) {
        case nil: return [:]
        case .object(let members): return members
        default: throw malformed(key, expected: "an object")
        }
    }

    /// The members of an object of plain values in the order in which the file has them; none where it is missing.
    func members(_ key: String) throws(ModelFileError) -> [(key: String, value: ConfigurationValue)] {
        let members = try object(key)
        let places = try members.count > 1 ? keysInOrder(of: key) : [:]
        return members.sorted { (places[$0.key] ?? .max, $0.key) < (places[$1.key] ?? .max, $1.key) }
            .map { ($0.key, $0.value) }
    }

    /// The place of each key of an object; Foundation's reader does not keep it.
    private func keysInOrder(of key: String) throws(ModelFileError) -> [String: Int] {
        var places: [String: Int] = [:]
        do throws(JSONError) {
            for member in try JSONValue(parsing: source[...], .python)[key]?.members ?? [] {
                places[member.key] = places.count
            }
        } catch { throw .malformed(error, in: path, part: "the whole file", of: source) }
        return places
    }

    /// The fields of an object inside.
    func fields(_ key: String) throws(ModelFileError) -> AdapterFields {
        AdapterFields(path: path, fields: try object(key))
    }

    func malformed(_ key: String, expected: String) -> ModelFileError {
        .malformed(
            path: path, place: "field \(key)", expected: expected, found: fields[key]?.json ?? "nothing")
    }

    /// Throws for a field that changes what the adapter computes in a way that is not done here.
    func requirePlainLoRA() throws(ModelFileError) {
        let instead = [
            "a LoRA or DoRA adapter without it", "the whole model, merged with PEFT's merge_and_unload",
        ]
        func unsupported(_ key: String) -> ModelFileError {
            .unsupported(
                path: path, place: "field \(key)", found: fields[key]?.json ?? "nothing", supported: instead)
        }
        guard try text("peft_type") ?? "LORA" == "LORA" else { throw unsupported("peft_type") }
        guard try text("task_type") ?? "CAUSAL_LM" == "CAUSAL_LM" else { throw unsupported("task_type") }
        // Starts that change the weights of the model, too.
        if case .text(let start)? = value("init_lora_weights"), !Self.plainStarts.contains(start) {
            throw unsupported("init_lora_weights")
        }
        for key in fields.keys.sorted() where !Self.known.contains(key) && !(fields[key]?.isNothing ?? true) {
            throw unsupported(key)
        }
    }

    private static let plainStarts = ["gaussian", "eva", "orthogonal", "true", "false"]

    /// Fields that are read, and fields that say nothing of what a trained adapter computes.
    private static let known: Set<String> = [
        "r", "lora_alpha", "lora_dropout", "use_rslora", "use_dora", "bias", "target_modules",
        "exclude_modules",
        "layers_to_transform", "layers_pattern", "rank_pattern", "alpha_pattern", "modules_to_save",
        "trainable_token_indices",
        "base_model_name_or_path", "ensure_weight_tying", "peft_type", "task_type", "init_lora_weights",
        "fan_in_fan_out", "inference_mode", "revision", "auto_mapping", "peft_version", "runtime_config",
        "megatron_core", "qalora_group_size", "loftq_config", "eva_config", "corda_config", "lora_ga_config",
    ]
}
