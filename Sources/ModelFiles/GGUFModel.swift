import Foundation
import Kernels

extension ModelSource {
    /// The model in a GGUF file, in Hugging Face terms.
    init(gguf: GGUF) throws(ModelFileError) {
        let architecture = try gguf.architecture()
        let vocabulary = try gguf.vocabulary()
        let configuration = try gguf.configuration(architecture, vocabulary)
        self.init(
            path: gguf.file.path, configuration: configuration.json,
            tensors: try gguf.storedTensors(architecture, configuration),
            vocabulary: .gguf(vocabulary), files: [gguf.file.path])
    }
}

extension GGUF {
    fileprivate func architecture() throws(ModelFileError) -> GGUFArchitecture {
        let parts = try integer("split.count") ?? 1
        guard parts <= 1 else {
            throw .unsupported(
                path: file.path, place: "metadata value split.count", found: "one of \(parts) parts",
                supported: ["a single file, as llama-gguf-split --merge makes it"])
        }
        let key = "general.architecture"
        let name = try required(key, text(key))
        guard let architecture = GGUFArchitecture.all.first(where: { $0.name == name }) else {
            throw .unsupported(
                path: file.path, place: key, found: name, supported: GGUFArchitecture.all.map(\.name))
        }
        return architecture
    }

    fileprivate func storedTensors(
        _ architecture: GGUFArchitecture, _ configuration: GGUFConfiguration
    ) throws(ModelFileError) -> [String: StoredTensor] {
        var stored: [String: StoredTensor] = [:]
        for tensor in tensors {
            if tensor.name == "rope_freqs.weight" {
                try checkUnscaled(tensor)
                continue
            }
            guard let name = architecture.translated(tensor.name) else {
                throw .unsupported(
                    path: file.path, place: "tensor \(tensor.name)",
                    found: "a tensor that the \(architecture.name) architecture does not have",
                    supported: ["the tensors of \(architecture.modelClass)"])
            }
            let matrix =
                if architecture.isStoredInPairs(tensor.name) {
                    try unpaired(tensor, headDimension: configuration.head_dim)
                } else {
                    matrix(tensor, rowOrder: .asStored)
                }
            stored[name] = StoredTensor(name: name, shape: tensor.shape, matrix: matrix, file: file.path)
        }
        return stored
    }

    private func matrix(_ tensor: Tensor, rowOrder: StoredMatrix.RowOrder) -> StoredMatrix {
        StoredMatrix(
            file: file, offset: tensor.offset, rows: tensor.rows, columns: tensor.columns,
            format: tensor.format,
            rowOrder: rowOrder)
    }

    /// A query or key weight, or bias, with its rows in logical order.
    private func unpaired(_ tensor: Tensor, headDimension: Int) throws(ModelFileError) -> StoredMatrix {
        let isBias = tensor.shape.count == 1
        let rows = isBias ? tensor.columns : tensor.rows
        guard rows.isMultiple(of: headDimension) else {
            throw .malformed(
                path: file.path, place: "tensor \(tensor.name)", expected: "heads of \(headDimension) rows",
                found: "\(rows) rows")
        }
        let order = StoredMatrix.RowOrder.rotaryPairs(headDimension: headDimension)
        guard isBias else { return matrix(tensor, rowOrder: order) }
        let values = matrix(tensor, rowOrder: .asStored).expanded()
        let half = headDimension / 2
        let logical = values.indices.map { row in
            let (s, j) = (row % headDimension).quotientAndRemainder(dividingBy: half)
            return values[row - row % headDimension + 2 * j + s]
        }
        return StoredMatrix(logical, rows: 1, columns: rows)
    }

    /// Some converters write factors for the rotation's frequencies; factors of 1 change nothing.
    private func checkUnscaled(_ tensor: Tensor) throws(ModelFileError) {
        guard matrix(tensor, rowOrder: .asStored).expanded().allSatisfy({ $0 == 1 }) else {
            throw .unsupported(
                path: file.path, place: "tensor \(tensor.name)",
                found: "scaling of single rotary frequencies",
                supported: ["the model's own folder with safetensors"])
        }
    }
}
