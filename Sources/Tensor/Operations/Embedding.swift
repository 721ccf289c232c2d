import Kernels

extension Tensor {
    /// The rows of a weight that belong to these ids.
    ///
    ///     y_p   = w[id_p]                     [vocabulary, n] → [position, n]
    ///     dw_id = Σ over positions with this id of dy_p
    public static func embedding(_ weight: Weight, _ ids: [Int32]) -> Tensor {
        let (vocabulary, n) = weight.shape.matrix
        precondition(
            ids.allSatisfy { (0..<vocabulary).contains(Int($0)) }, "an id outside 0 ..< \(vocabulary)")
        switch weight {
        case .absent: preconditionFailure("a weight \(weight.shape) that was never read")
        case .stored(let w): return Tensor(gatherRows(w, rows: ids), shape: [ids.count, n])
        case .tensor(let w): return w.rows(ids.map(Int.init))
        }
    }
}
