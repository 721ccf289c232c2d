import Kernels
import ModelFiles
import Tensor

extension Decoder {
    /// Settles whether the head is the embedding, where the configuration says so and the files hold a head of their own.
    ///
    /// Two equal matrices are one. Two that differ, as in models that were merged or whose vocabulary was extended, are
    /// both used, which `notes` says; a head without an embedding serves as both.
    ///
    /// - Returns: The files with the tensors that the model is to read.
    /// - Source: transformers 5.24, `PreTrainedModel.tie_weights`.
    mutating func separatingHead(of source: ModelSource) -> ModelSource {
        let (embedding, head) = ("\(names.embedding).weight", "\(names.head).weight")
        guard self.head == nil, let own = source.tensors[head] else { return source }
        guard let shared = source.tensors[embedding] else { return source.renaming(head, to: embedding) }
        if own.shape == shared.shape && own.matrix.hasSameNumbers(as: shared.matrix) {
            return source.renaming(head, to: embedding)
        }
        self.head = .absent(self.embedding.shape)
        notes.append(
            "the configuration says that the output head is tied to the embedding, but the files hold two matrices that "
                + "differ (\(embedding), \(head)): both are used")
        return source
    }
}

extension StoredMatrix {
    /// Whether two matrices hold the same numbers, in whatever form; looks no further than the first that differ.
    fileprivate func hasSameNumbers(as other: StoredMatrix) -> Bool {
        guard rows == other.rows, columns == other.columns else { return false }
        let step = max(1, (1 << 18) / max(1, columns))
        return stride(from: 0, to: rows, by: step).allSatisfy { first in
            let part = first..<min(first + step, rows)
            return expanded(rows: part) == other.expanded(rows: part)
        }
    }
}
