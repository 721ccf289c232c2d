import Kernels

extension AdapterConfiguration {
    /// What an `adapter_config.json` of MLX says. Its scale is what the product is multiplied by, whatever the rank;
    /// it adapts the modules that are in its file.
    init(mlx fields: AdapterFields, modules: [String]) throws(ModelFileError) {
        let kind = try fields.text("fine_tune_type") ?? "lora"
        guard ["lora", "dora"].contains(kind) else {
            throw .unsupported(
                path: fields.path, place: "field fine_tune_type", found: kind,
                supported: ["lora", "dora", "the whole model, fused by mlx_lm.fuse"])
        }
        let pairs = try fields.fields("lora_parameters")
        guard !pairs.has("alpha") else {
            throw .unsupported(
                path: fields.path, place: "field lora_parameters.alpha",
                found: "alpha, by which older versions of MLX multiplied the scale and newer ones do not,",
                supported: [
                    "a file without it, its scale multiplied by alpha / rank if the version multiplied it"
                ])
        }
        guard let rank = try pairs.integer("rank"), rank > 0 else {
            throw pairs.malformed("rank", expected: "1 or more")
        }
        guard let scale = try pairs.number("scale") else {
            throw pairs.malformed("scale", expected: "a number")
        }
        self.init()
        self.rank = rank
        alpha = scale * Double(rank)
        dropout = try pairs.number("dropout") ?? 0
        guard (0..<1).contains(dropout) else {
            throw pairs.malformed("dropout", expected: "0 or more, and below 1")
        }
        hasMagnitudes = kind == "dora"
        targets = .modules(.names(modules))
        base = try fields.text("model")
    }
}

/// The tensors of an MLX file by PEFT's names, `lora_a` [in, r] and `lora_b` [r, out] turned round, and their modules.
func mlxNames(
    _ stored: [String: StoredTensor], file: String
) throws(ModelFileError) -> (tensors: [String: StoredTensor], modules: [String]) {
    var tensors: [String: StoredTensor] = [:]
    var modules: Set<String> = []
    for (name, tensor) in stored {
        let dot = name.lastIndex(of: ".") ?? name.startIndex
        let module = String(name[..<dot])
        switch name[dot...] {
        case ".lora_a", ".lora_b":
            guard tensor.shape.count == 2 else {
                throw .malformed(
                    path: file, place: "tensor \(name)", expected: "a matrix", found: "shape \(tensor.shape)")
            }
            let plain = module + (name.hasSuffix("a") ? ".lora_A.weight" : ".lora_B.weight")
            tensors[plain] = tensor.transposed(name: plain)
            modules.insert(module)
        case ".m": tensors[module + ".lora_magnitude_vector"] = tensor
        default: tensors[name] = tensor
        }
    }
    return (tensors, modules.sorted())
}

extension StoredTensor {
    /// A matrix turned round, in memory.
    fileprivate func transposed(name: String) -> StoredTensor {
        let (rows, columns, values) = (matrix.rows, matrix.columns, matrix.expanded())
        let turned = (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
        return StoredTensor(
            name: name, shape: [columns, rows],
            matrix: StoredMatrix(turned, rows: columns, columns: rows), file: file)
    }
}
