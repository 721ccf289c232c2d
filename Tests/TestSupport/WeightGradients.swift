import Kernels
public import Tensor
public import Transformers

extension Decoder {
    /// The gradient of a batch's mean token loss at every weight, by the weights' names in the model's files.
    public func weightGradients(_ batch: Batch, sharingStarts: Bool = false) -> [(
        name: String, gradient: Tensor
    )] {
        var (model, weights) = (self, [(name: String, tensor: Tensor)]())
        model.visitWeights { name, weight in
            let tensor =
                switch weight {
                case .stored(let matrix): Tensor(matrix.expanded(), shape: weight.shape).tracked()
                default: weight.tensor.tracked()
                }
            weights.append((name, tensor))
            weight = .tensor(tensor)
        }
        let losses = sharingStarts ? model.tokenLosses(sharingStartsOf: batch) : model.tokenLosses(batch)
        let loss = losses.sum().scaled(by: 1 / Float(batch.targets.count))
        return zip(weights, loss.gradients(of: weights.map(\.tensor))).map { ($0.name, $1) }
    }
}
