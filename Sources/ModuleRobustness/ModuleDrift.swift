import Kernels
import Tensor
public import Transformers

extension Decoder {
    /// ‖ΔW‖, the Frobenius norm of what each projection's weight differs by from another state of the model: [path].
    ///
    /// Where both states have the same weight and LoRA pairs, or one has none, the norm is that of the pairs' difference, from
    /// products of rank × rank alone.
    public func weightChanges(from start: Decoder) -> [String: Double] {
        var (now, before, old) = (self, start, [String: Projection]())
        before.visitProjections { path, projection in old[path] = projection }
        var changes: [String: Double] = [:]
        now.visitProjections { path, projection in
            guard let other = old[path] else { return }
            if projection.adapter != nil || other.adapter != nil {
                changes[path] = pairDistance(projection.adapter, other.adapter)
            } else {
                let (w, v) = (projection.effectiveWeight.elements, other.effectiveWeight.elements)
                changes[path] = w.indices.reduce(0.0) {
                    $0 + (Double(w[$1]) - Double(v[$1])) * (Double(w[$1]) - Double(v[$1]))
                }.squareRoot()
            }
        }
        return changes
    }
}

/// ‖s·B·A − s′·B′·A′‖: with the factors side by side, the root of the trace of (BᵀB)·(A·Aᵀ).
private func pairDistance(_ one: LowRank?, _ other: LowRank?) -> Double {
    var (rows, columns) = ([[Double]](), [[Double]]())  // of A, and of B with the scale in it
    for (pair, sign) in [(one, 1.0), (other, -1.0)] {
        guard let pair else { continue }
        let (a, b) = (pair.a.tensor.elements, pair.b.tensor.elements)
        let (inputs, outputs) = (pair.a.shape.matrix.columns, pair.b.shape.matrix.rows)
        for direction in 0..<pair.rank {
            rows.append(a[direction * inputs..<(direction + 1) * inputs].map(Double.init))
            columns.append(
                (0..<outputs).map { sign * Double(pair.scale) * Double(b[$0 * pair.rank + direction]) })
        }
    }
    func products(_ vectors: [[Double]]) -> [Double] {
        guard let width = vectors.first?.count else { return [] }
        return DoubleMatrix(rows: vectors.count, columns: width, vectors.flatMap(\.self)).rowProducts.values
    }
    return max(0, zip(products(rows), products(columns)).reduce(0) { $0 + $1.0 * $1.1 }).squareRoot()
}
