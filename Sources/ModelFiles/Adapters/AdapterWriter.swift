/// Writes an adapter as a PEFT folder, whole or not at all: `adapter_config.json` and `adapter_model.safetensors`.
///
/// - Parameters:
///   - configuration: What `adapter_config.json` says: rank, alpha, targets and the base model.
///   - tensors: By the names of the model's modules, `model.layers.0.self_attn.q_proj.lora_A.weight`; written as F32.
///   - isConv1D: Whether the model keeps its matrices [in, out], as GPT-2 does.
///   - path: A folder that is not there yet, or is empty.
public func writeAdapterFolder(
    _ configuration: AdapterConfiguration, tensors: [(name: String, shape: [Int], values: [Float])],
    isConv1D: Bool, to path: String
) throws(ModelFileError) {
    try writeFolderAtomically(to: path) { (folder) throws(ModelFileError) in
        try writeAtomically(configuration.json(isConv1D: isConv1D), to: "\(folder)/adapter_config.json")
        try writeSafetensors(
            tensors.map { ("base_model.model.\($0.name)", $0.shape, $0.values) }, metadata: ["format": "pt"],
            to: "\(folder)/adapter_model.safetensors")
    }
}
