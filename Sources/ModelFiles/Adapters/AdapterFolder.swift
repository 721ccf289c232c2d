import Foundation

/// An adapter on disk: a folder as PEFT writes it, or one of MLX, behind the same names.
public struct AdapterFolder: Sendable {
    /// The folder.
    public let path: String
    /// What the adapter is.
    public let configuration: AdapterConfiguration
    /// Which modules it means.
    public let matcher: ModuleMatcher
    /// Its tensors, by the names of the model's modules: `model.layers.0.self_attn.q_proj.lora_A.weight`, [r, in].
    public let tensors: [String: StoredTensor]
    /// The file of the tensors.
    public let file: String
    /// Its files, for hashing: what it is, and its tensors.
    public var files: [String] { ["\(path)/adapter_config.json", file] }

    /// The tokenizer that was trained with it: `tokenizer.json` in its folder, where it replaces rows of embeddings, which
    /// new tokens have; nil where the model's own is meant.
    public var tokenizer: String? {
        let path = "\(path)/tokenizer.json"
        let mayHaveTokens = !configuration.savedModules.isEmpty || !configuration.trainedTokens.isEmpty
        return mayHaveTokens && FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// Opens the adapter in a folder with `adapter_config.json` and `adapter_model.safetensors`, or MLX's
    /// `adapters.safetensors`.
    public init(path: String) throws(ModelFileError) {
        let configPath = "\(path)/adapter_config.json"
        let exists = FileManager.default.fileExists(atPath:)
        guard exists(configPath) else {
            throw .missing(path: configPath, advice: adviceForFolder(path))
        }
        let fields = try AdapterFields(path: configPath)
        let isMLX = fields.has("lora_parameters") || fields.has("fine_tune_type")
        file = "\(path)/\(isMLX ? "adapters" : "adapter_model").safetensors"
        guard exists(file) else {
            let other = isMLX ? "\(path)/adapters.npz" : "\(path)/adapter_model.bin"
            throw .missing(
                path: file,
                advice: exists(other)
                    ? "\(other) is in a format that is not read here: load it where it was made and save it as "
                        + "safetensors (PEFT: save_pretrained(folder, safe_serialization=True))"
                    : "an adapter needs it beside its adapter_config.json")
        }
        let stored = try Safetensors(path: file).tensors
        self.path = path
        if isMLX {
            let names = try mlxNames(stored, file: file)
            tensors = names.tensors
            configuration = try AdapterConfiguration(mlx: fields, modules: names.modules)
        } else {
            tensors = try peftNames(stored, file: file)
            configuration = try AdapterConfiguration(fields)
        }
        matcher = try ModuleMatcher(configuration, path: configPath)
    }
}

/// The tensors of a PEFT file by the names of the model's modules, wrappers left out.
private func peftNames(
    _ stored: [String: StoredTensor], file: String
) throws(ModelFileError) -> [String: StoredTensor] {
    let prefix = "base_model.model."
    var tensors: [String: StoredTensor] = [:]
    // A module that is replaced may be there twice more, as it was and inside its wrapper.
    let copies = [".original_module.", ".modules_to_save."]
    for (name, tensor) in stored where !copies.contains(where: name.contains) {
        let module = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        let plain = module.replacing(".token_adapter.base_layer.", with: ".").replacing(
            ".base_layer.", with: ".")
        guard tensors.updateValue(tensor, forKey: plain) == nil else {
            throw .malformed(
                path: file, place: "tensor \(name)", expected: "one tensor for \(plain)", found: "two")
        }
    }
    return tensors
}

/// What to do where a folder has no `adapter_config.json`.
private func adviceForFolder(_ path: String) -> String {
    let manager = FileManager.default
    guard let names = try? manager.contentsOfDirectory(atPath: path) else {
        return "check the path of the adapter's folder"
    }
    let inside = names.sorted().filter { manager.fileExists(atPath: "\(path)/\($0)/adapter_config.json") }
    guard !inside.isEmpty else { return "name a folder with an adapter of PEFT or MLX" }
    return "there are adapters inside: name one of \(inside.map { "\(path)/\($0)" }.joined(separator: ", "))"
}
