import Kernels
public import ModelFiles
import Tensor

extension Decoder {
    /// This model with its LoRA pairs merged into the weights.
    public func merged() -> Decoder {
        var merged = self
        merged.visitProjections { _, projection in
            guard let pair = projection.adapter else { return }
            projection.weight = .tensor(
                pair.added(to: projection.weight, isTransposed: projection.isTransposed))
            projection.adapter = nil
        }
        return merged
    }

    /// This model in the form of a Hugging Face folder, with LoRA pairs merged; tensors are computed one at a
    /// time as they are written.
    ///
    /// - Parameters:
    ///   - source: The files that the model was loaded from: their configuration is kept, except for what
    ///     changed.
    ///   - type: The type of the numbers in the folder.
    ///   - companions: Other files to put into the folder.
    public func outgoing(
        from source: ModelSource, as type: NumberType, companions: [String]
    ) throws(ModelError) -> OutgoingModel {
        var configuration = source.configuration
        let original = try Transformers.decoder(of: source)
        if original.head == nil && head != nil {
            configuration = settingJSON("tie_word_embeddings", to: "false", in: configuration)
        }
        if vocabulary != original.vocabulary {
            configuration = settingJSON("vocab_size", to: "\(vocabulary)", in: configuration)
        }
        if isTurnedRound {
            configuration = settingJSON("sft_probe_conv1d_transposed", to: "false", in: configuration)
        }
        return OutgoingModel(
            configuration: configuration, tensors: outgoingTensors, type: type, companions: companions)
    }

    /// Whether this is a GPT-2 whose matrices are [out, in], as GGUF has them.
    private var isTurnedRound: Bool {
        var (copy, isTurned) = (self, false)
        copy.visitProjections { _, projection in isTurned = isConv1D && !projection.isTransposed }
        return isTurned
    }

    private var outgoingTensors: [OutgoingTensor] {
        var (copy, projections) = (self, [String: Projection]())
        copy.visitProjections { path, projection in projections["\(path).weight"] = projection }
        var tensors: [OutgoingTensor] = []
        let isTurned = isTurnedRound
        copy.visitWeights { name, weight in
            guard !name.contains(".lora_") else { return }
            let (weight, projection) = (weight, projections[name])
            let turns = isTurned && projection != nil
            tensors.append(
                OutgoingTensor(name: name, shape: turns ? weight.shape.axes.reversed() : weight.shape.axes) {
                    let merged = projection.flatMap { projection in
                        projection.adapter?.added(to: weight, isTransposed: projection.isTransposed)
                    }
                    let numbers = merged?.elements ?? weight.numbers
                    return turns ? transposed(numbers, rows: weight.shape.matrix.rows) : numbers
                })
        }
        return tensors
    }
}

private func transposed(_ numbers: [Float], rows: Int) -> [Float] {
    let columns = numbers.count / max(1, rows)
    return (0..<columns).flatMap { column in (0..<rows).map { numbers[$0 * columns + column] } }
}
