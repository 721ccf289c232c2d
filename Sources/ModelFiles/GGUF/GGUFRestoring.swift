import Kernels

extension GGUF {
    /// The tensors of the Hugging Face model that a tensor of the file stands for, with what the converter did undone.
    func restored(
        _ tensor: Tensor, _ place: GGUFPlace, _ extents: GGUFExtents
    ) throws(ModelFileError) -> [StoredTensor] {
        func single(_ name: String, _ matrix: StoredMatrix) -> [StoredTensor] {
            [
                StoredTensor(
                    name: place.name(name), shape: tensor.shape, matrix: matrix, file: tensor.file.path)
            ]
        }
        return switch place.part {
        case .same(let name):
            single(name, matrix(tensor))
        case .rotaryPairs(let name):
            single(name, try reordered(tensor, .rotaryPairs(headDimension: extents.headDimension), extents))
        case .partByPart(let name):
            single(name, try reordered(tensor, .partByPart(heads: extents.heads), extents))
        case .oneAdded(let name):
            single(
                name,
                StoredMatrix(
                    matrix(tensor).expanded().map { $0 - 1 }, rows: tensor.rows, columns: tensor.columns))
        case .joined(let names):
            try parted(tensor, names.map(place.name), extents)
        case .stacked(let name):
            try unstacked(tensor, name, place)
        case .configuration:
            []
        }
    }

    /// A whole tensor as its file has it.
    func matrix(_ tensor: Tensor, rowOrder: StoredMatrix.RowOrder = .asStored) -> StoredMatrix {
        StoredMatrix(
            file: tensor.file, offset: tensor.offset, rows: tensor.rows, columns: tensor.columns,
            format: tensor.format, rowOrder: rowOrder)
    }

    /// A weight, or bias, with its rows in logical order.
    private func reordered(
        _ tensor: Tensor, _ order: StoredMatrix.RowOrder, _ extents: GGUFExtents
    ) throws(ModelFileError) -> StoredMatrix {
        let isBias = tensor.shape.count == 1
        let rows = isBias ? tensor.columns : tensor.rows
        guard order.fits(rows) else {
            throw .malformed(
                path: tensor.file.path, place: "tensor \(tensor.name)",
                expected: "\(extents.heads) heads of \(extents.headDimension) rows", found: "\(rows) rows")
        }
        guard isBias else { return matrix(tensor, rowOrder: order) }
        let values = matrix(tensor).expanded()
        return StoredMatrix(
            values.indices.map { values[order.stored($0, of: rows)] }, rows: 1, columns: rows)
    }

    /// Queries, keys and values that lie one below the other.
    private func parted(
        _ tensor: Tensor, _ names: [String], _ extents: GGUFExtents
    ) throws(ModelFileError) -> [StoredTensor] {
        let isBias = tensor.shape.count == 1
        let keys = extents.keyValueHeads * extents.headDimension
        let heights = [extents.heads * extents.headDimension, keys, keys]
        guard tensor.shape.count <= 2, tensor.shape[0] == heights.reduce(0, +) else {
            throw .malformed(
                path: tensor.file.path, place: "tensor \(tensor.name)", expected: "\(heights) rows",
                found: "shape \(tensor.shape)")
        }
        var start = 0
        return zip(names, heights).map { name, height in
            defer { start += height }
            let matrix =
                if isBias {
                    StoredMatrix(
                        Array(matrix(tensor).expanded()[start..<start + height]), rows: 1, columns: height)
                } else {
                    StoredMatrix(
                        file: tensor.file, offset: tensor.offset + start * (tensor.byteCount / tensor.rows),
                        rows: height, columns: tensor.columns, format: tensor.format)
                }
            return StoredTensor(
                name: name, shape: [height] + tensor.shape.dropFirst(), matrix: matrix,
                file: tensor.file.path)
        }
    }

    /// A vector for each head.
    private func unstacked(
        _ tensor: Tensor, _ name: String, _ place: GGUFPlace
    ) throws(ModelFileError) -> [StoredTensor] {
        guard tensor.shape.count == 2 else {
            throw .malformed(
                path: tensor.file.path, place: "tensor \(tensor.name)", expected: "a row for each head",
                found: "shape \(tensor.shape)")
        }
        return (0..<tensor.rows).map { head in
            StoredTensor(
                name: place.name("\(name).\(head)"), shape: [tensor.columns],
                matrix: StoredMatrix(
                    matrix(tensor).expanded(rows: head..<head + 1), rows: 1, columns: tensor.columns),
                file: tensor.file.path)
        }
    }
}
