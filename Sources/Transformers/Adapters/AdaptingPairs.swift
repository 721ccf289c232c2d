import Kernels
import ModelFiles
import Tensor

extension Adapting {
    /// Pairs of the layers' projections.
    mutating func adaptProjections(of decoder: inout Decoder) throws(ModelError) {
        var folded = 0
        try decoder.visitProjections { (path, projection) throws(ModelError) in
            let module = name(path)
            guard hasPair(module, isLinear: true),
                let (pair, magnitudes) = try pair(of: module, from: projection.inputs, to: projection.outputs)
            else { return }
            if let magnitudes {
                projection.weight = .tensor(
                    pair.added(
                        to: projection.weight, isTransposed: projection.isTransposed, magnitudes: magnitudes))
                folded += 1
            } else {
                projection.adapter = pair
            }
        }
        if folded > 0 {
            notes.append("\(folded) matrices have learned magnitudes (DoRA), and are held as numbers")
        }
    }

    /// Pairs of embeddings and of the head of the model.
    mutating func adaptEmbeddings(of decoder: inout Decoder) throws(ModelError) {
        var folded: [String] = []
        func fold(_ module: String, _ weight: inout Weight, isTransposed: Bool) throws(ModelError) {
            let (rows, columns) = weight.shape.matrix
            let (inputs, outputs) = isTransposed ? (rows, columns) : (columns, rows)
            guard hasPair(module),
                let (pair, magnitudes) = try pair(
                    of: module, from: inputs, to: outputs, isEmbedding: isTransposed)
            else { return }
            weight = .tensor(pair.added(to: weight, isTransposed: isTransposed, magnitudes: magnitudes))
            folded.append(module)
        }
        try fold(name(decoder.names.embedding), &decoder.embedding, isTransposed: true)
        if var positions = decoder.positions {
            try fold(name(decoder.names.positions), &positions, isTransposed: true)
            decoder.positions = positions
        }
        if var weight = decoder.head {
            try fold(head, &weight, isTransposed: false)
            decoder.head = weight
        }
        if !folded.isEmpty {
            notes.append("\(folded.joined(separator: " and ")) with its pair added is held as numbers")
        }
    }

    /// A module's pair, and the magnitudes of its outputs where the adapter has any.
    private mutating func pair(
        of module: String, from inputs: Int, to outputs: Int, isEmbedding: Bool = false
    ) throws(ModelError) -> (LowRank, magnitudes: [Float]?)? {
        let rank = adapter.matcher.rank(of: module)
        let (kind, ending) = isEmbedding ? ("lora_embedding_", "") : ("lora_", ".weight")
        let a = try take("\(module).\(kind)A\(ending)", [rank, inputs])
        let b = try take("\(module).\(kind)B\(ending)", [outputs, rank])
        var magnitudes: StoredTensor?
        if adapter.configuration.hasMagnitudes {
            magnitudes = try take("\(module).lora_magnitude_vector", [outputs])
            if magnitudes == nil { return nil }
        }
        guard let a, let b else { return nil }
        let pair = LowRank(
            a: Tensor(a.matrix.expanded(), shape: [rank, inputs]),
            b: Tensor(b.matrix.expanded(), shape: [outputs, rank]), scale: adapter.matcher.scale(of: module),
            dropout: Float(adapter.configuration.dropout), path: module)
        return (pair, magnitudes?.matrix.expanded())
    }
}
