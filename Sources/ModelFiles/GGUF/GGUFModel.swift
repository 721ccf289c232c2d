import Kernels

extension ModelSource {
    /// The model in a GGUF file, in Hugging Face terms.
    init(gguf: GGUF) throws(ModelFileError) {
        let architecture = try gguf.architecture()
        let vocabulary = try gguf.vocabulary()
        let extents = try gguf.extents(vocabulary)
        let unknown = try GGUFKeys.check(gguf, architecture: architecture.name)
        self.init(
            path: gguf.file.path,
            configuration: try gguf.configuration(architecture, extents, vocabulary).json,
            tensors: try gguf.storedTensors(architecture, extents), vocabulary: .gguf(vocabulary),
            files: gguf.files,
            notes: unknown.isEmpty ? [] : ["metadata that is passed over: \(unknown.joined(separator: ", "))"]
        )
    }
}

extension GGUF {
    fileprivate func architecture() throws(ModelFileError) -> GGUFArchitecture {
        let key = "general.architecture"
        let name = try required(key, text(key))
        guard let architecture = GGUFArchitecture.all.first(where: { $0.name == name }) else {
            throw .unsupported(
                path: file.path, place: key, found: name, supported: GGUFArchitecture.all.map(\.name))
        }
        return architecture
    }

    fileprivate func storedTensors(
        _ architecture: GGUFArchitecture, _ extents: GGUFExtents
    ) throws(ModelFileError) -> [String: StoredTensor] {
        var stored: [String: StoredTensor] = [:]
        for tensor in tensors {
            guard let place = architecture.place(tensor.name) else {
                throw .unsupported(
                    path: tensor.file.path, place: "tensor \(tensor.name)",
                    found: "a tensor that the \(architecture.name) architecture does not have",
                    supported: ["the tensors of \(architecture.modelClass)"])
            }
            for restored in try restored(tensor, place, extents) {
                guard stored.updateValue(restored, forKey: restored.name) == nil else {
                    throw .malformed(
                        path: tensor.file.path, place: "tensor \(tensor.name)",
                        expected: "one tensor for \(restored.name)", found: "a second")
                }
            }
        }
        return stored
    }
}
