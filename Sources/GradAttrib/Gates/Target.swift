import Kernels
import Tensor
import Transformers

/// An objective for a batch of probes: the rows of the final normed residual stream that it needs, and F as a
/// function of them.
struct Target: Sendable {
    let batch: Batch
    /// The positions that are needed: [row].
    let rows: [Int]
    private let weights: [Float]  // of each row's term
    private let terms: Packing  // which rows belong to which probe
    private let kind: Kind

    private enum Kind: Sendable {
        case losses
        case difference(own: [Int32], other: [Int32])
        case divergence(clean: [Float])  // log p of every token: [row, vocabulary]
    }

    /// - Parameters:
    ///   - weights: The weight of each probe's terms: [probe].
    ///   - copies: How many copies of the probes the batch holds, one after the other.
    init(_ objective: Objective, _ probes: [Probe], weights: [Float], copies: Int = 1, model: Decoder) {
        let once = Batch(probes.map { $0.sequence(for: objective) })
        let batch =
            copies == 1
            ? once : Batch((0..<copies).flatMap { _ in probes.map { $0.sequence(for: objective) } })
        self.batch = batch
        let lengths: [Int]
        if objective == .logitDifference {
            let forks = (0..<copies).flatMap { _ in probes.map(\.fork) }.map { fork in
                guard let fork else { preconditionFailure("a probe without another answer") }
                return fork
            }
            rows = zip(batch.packing.starts, forks).map { $0 + $1.position }
            lengths = forks.map { _ in 1 }
            kind = .difference(own: forks.map(\.own), other: forks.map(\.other))
        } else {
            rows = batch.predicting
            lengths = batch.targetPacking.sequences.map(\.count)
            if objective == .divergence {
                let clean = model.logits(once, rows: once.predicting).logSoftmax().elements
                kind = .divergence(clean: (0..<copies).flatMap { _ in clean })
            } else {
                kind = .losses
            }
        }
        terms = Packing(lengths: lengths)
        self.weights = zip(lengths.indices, lengths).flatMap { place, length in
            [Float](repeating: weights[place % probes.count], count: length)
        }
    }

    /// F of each probe of the batch, and their sum, from the normed residual stream at the rows.
    func value(of x: Tensor, _ model: Decoder) -> (each: [Float], total: Tensor) {
        let values =
            switch kind {
            case .losses: model.losses(of: x, batch.targets)
            case .difference(let own, let other):
                model.logits(of: x, tokens: other) + model.logits(of: x, tokens: own).scaled(by: -1)
            case .divergence(let clean): divergence(model.logits(of: x).logSoftmax(), clean)
            }
        let each = terms.sequences.map { rows in
            Float(rows.reduce(0.0) { $0 + Double(values.elements[$1]) * Double(weights[$1]) })
        }
        return (each, values.sum(weightedBy: weights))
    }

    /// Σ p·(log p − log q) of each row.
    private func divergence(_ logQ: Tensor, _ logP: [Float]) -> Tensor {
        let (rows, vocabulary) = logQ.shape.matrix
        let p = Tensor(softmax(logP, rowLength: vocabulary), shape: logQ.shape)
        let difference = logQ.scaled(by: -1) + Tensor(logP, shape: logQ.shape)
        let ones = Weight.tensor(Tensor(repeating: 1, shape: [1, vocabulary]))
        return (difference * p).linear(ones).reshaped([rows])
    }
}
