import Kernels
import ModelFiles
import Tensor

extension Adapting {
    /// Rows of the embedding, or of a head of its own, that were trained alone (`trainable_token_indices`): the adapter
    /// has their new values. A head that is tied to the embedding follows it.
    ///
    /// - Source: PEFT 0.21, `tuners/trainable_tokens/layer.py`; in spite of its name the delta is no difference.
    mutating func replaceTokens(of decoder: inout Decoder) throws(ModelError) {
        for tokens in adapter.configuration.trainedTokens {
            let (embedding, isTied) = (name(model.names.embedding), decoder.head == nil)
            func isMeant(_ module: String) -> Bool {
                tokens.module.map { module == $0 || module.hasSuffix(".\($0)") } ?? (module == embedding)
            }
            if isMeant(embedding) || isTied && isMeant(head) {
                decoder.embedding = try replacing(tokens.ids, of: decoder.embedding, module: embedding)
                if isTied { passOver("\(head).token_adapter.trainable_tokens_delta") }  // a copy
            } else if isMeant(head), let weight = decoder.head {
                decoder.head = try replacing(tokens.ids, of: weight, module: head)
            } else {
                throw .configuration(
                    path: adapter.path, key: "trainable_token_indices", expected: "\(embedding) or \(head)",
                    found: tokens.module ?? "(none)")
            }
            notes.append("\(tokens.ids.count) rows of its embedding are replaced")
        }
    }

    private mutating func replacing(
        _ ids: [Int], of weight: Weight, module: String
    ) throws(ModelError) -> Weight {
        let (rows, columns) = weight.shape.matrix
        guard let last = ids.max(), let first = ids.min(), first >= 0, last < rows else {
            throw .configuration(
                path: adapter.path, key: "trainable_token_indices", expected: "tokens below \(rows)",
                found: "\(ids)")
        }
        guard let new = try take("\(module).token_adapter.trainable_tokens_delta", [ids.count, columns])
        else {
            return weight
        }
        var (values, rowsOfTokens) = (weight.numbers, new.matrix.expanded()[...])
        for id in ids {
            values.replaceSubrange(id * columns..<(id + 1) * columns, with: rowsOfTokens.prefix(columns))
            rowsOfTokens = rowsOfTokens.dropFirst(columns)
        }
        return .stored(StoredMatrix(values, rows: rows, columns: columns))
    }
}
