import Kernels

extension Tensor {
    /// Fused linear layer and cross entropy: −log p(target) in nats at each position, with logits x·wᵀ.
    ///
    ///     y_p = log Σ exp(x_p·wᵀ) − (x_p·wᵀ)[target_p]           [position, dModel] → [position]
    ///     dx  = dy ⊙ (softmax(x·wᵀ) − onehot(target))·w          [position, dModel]
    ///     dw  = (dy ⊙ (softmax(x·wᵀ) − onehot(target)))ᵀ·x       [vocabulary, dModel]
    ///
    /// Logits exist for a chunk of positions at a time; dx is formed from the same chunk.
    public func crossEntropy(_ weight: Weight, targets: [Int32]) -> Tensor {
        let ((positions, d), (vocabulary, columns)) = (shape.matrix, weight.shape.matrix)
        precondition(
            d == columns && positions == targets.count, "\(shape), \(weight.shape), \(targets.count) targets")
        precondition(
            targets.allSatisfy { (0..<vocabulary).contains(Int($0)) }, "a target outside 0 ..< \(vocabulary)")
        let x = elements
        switch weight {
        case .absent: preconditionFailure("a weight \(weight.shape) that was never read")
        case .stored(let w):
            let (loss, slope) = Kernels.crossEntropy(x, w, targets: targets, withGradient: isTracked)
            return Tensor(
                loss, shape: [positions],
                from: Input(self) { dy in scaledRows(slope, by: dy) })
        case .tensor(let tensor):
            let w = StoredMatrix(tensor.elements, rows: vocabulary, columns: d)
            let (loss, slope) = Kernels.crossEntropy(x, w, targets: targets, withGradient: isTracked)
            return Tensor(
                loss, shape: [positions],
                from: Input(self) { dy in scaledRows(slope, by: dy) },
                Input(tensor) { dy in crossEntropyWeightPullback(dy, x: x, w, targets: targets) })
        }
    }

    /// −log p(target) in nats of each row of logits.
    ///
    ///     y_p = log Σ exp(x_p) − x_p[target_p]                   [position, vocabulary] → [position]
    ///     dx  = dy ⊙ (softmax(x) − onehot(target))               [position, vocabulary]
    ///
    /// For LM heads that do more than a product (bias, soft cap); others use `crossEntropy(_:targets:)`,
    /// which never holds all logits.
    public func crossEntropy(targets: [Int32]) -> Tensor {
        let (positions, vocabulary) = shape.matrix
        precondition(positions == targets.count, "\(targets.count) targets for \(shape)")
        precondition(
            targets.allSatisfy { (0..<vocabulary).contains(Int($0)) }, "a target outside 0 ..< \(vocabulary)")
        let x = elements
        let lse = logSumExp(x, rowLength: vocabulary)
        let loss = targets.indices.map { lse[$0] - x[$0 * vocabulary + Int(targets[$0])] }
        return Tensor(
            loss, shape: [positions],
            from: Input(self) { dy in
                var p = Kernels.softmax(x, rowLength: vocabulary)
                for (row, target) in targets.enumerated() { p[row * vocabulary + Int(target)] -= 1 }
                return scaledRows(p, by: dy)
            })
    }
}
