import Foundation
import Kernels
import Tensor

/// The norm and the effective rank of one head's part of an adapter's ΔW.
public struct ChangeSize: Sendable, Equatable {
    /// The Frobenius norm of the head's part of ΔW.
    public let norm: Double
    /// The effective rank exp(−Σ p·ln p) with p = σ/Σσ over the singular values σ: 1 for a single direction,
    /// the rank if all are equal, 0 for no change.
    ///
    /// - Source: Roy and Vetterli, *The effective rank*, EUSIPCO 2007.
    public let effectiveRank: Double

    /// The size of no change.
    public static var zero: ChangeSize { ChangeSize(singularValues: []) }

    /// The size of a change with these singular values.
    init(singularValues: [Double]) {
        norm = singularValues.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let total = singularValues.reduce(0, +)
        let entropy = singularValues.reduce(0) { sum, value in
            let share = value / total
            return share > 0 ? sum - share * log(share) : sum
        }
        effectiveRank = total > 0 ? exp(entropy) : 0
    }
}

extension AttentionChange {
    /// The size of each head's part of ΔW = s·B·A: of a query, key or value head its rows, of an output head its
    /// columns: [head].
    ///
    /// With the shared factor as L·Q, Q's rows orthonormal, the singular values of a head's part are those of its own
    /// thin factor times L: no matrix is larger than width × rank.
    ///
    /// - Returns: nil where a factor holds a number that is not finite.
    public func sizes() -> [ChangeSize]? {
        let rank = pair.rank
        let a = pair.a.tensor.elements.map(Double.init)
        let b = pair.b.tensor.elements.map(Double.init)
        let (inputs, outputs) = (pair.a.shape.matrix.columns, pair.b.shape.matrix.rows)
        let aRows = (0..<rank).map { Array(a[$0 * inputs..<($0 + 1) * inputs]) }
        let bColumns = (0..<rank).map { column in (0..<outputs).map { b[$0 * rank + column] } }
        // What is shared, and what is cut: a vector for each of the pair's directions.
        let (shared, own) = projection == .output ? (bColumns, aRows) : (aRows, bColumns)
        let l = lowerFactor(of: shared)
        var sizes: [ChangeSize] = []
        for part in parts {
            let columns = (0..<rank).map { j in
                part.map { place in
                    (0..<rank).reduce(0.0) { $0 + own[$1][place] * l[$1][j] } * Double(pair.scale)
                }
            }
            guard let values = singularValues(columns) else { return nil }
            sizes.append(ChangeSize(singularValues: values))
        }
        return sizes
    }
}

/// L of rows = L·Q with orthonormal rows of Q, by Gram and Schmidt, each row twice: [row][row].
private func lowerFactor(of rows: [[Double]]) -> [[Double]] {
    var basis: [[Double]] = []
    var l = rows.map { _ in rows.map { _ in 0.0 } }
    for (index, row) in rows.enumerated() {
        var rest = row
        for _ in 0..<2 {
            for (place, direction) in basis.enumerated() {
                let part = dot(rest, direction)
                l[index][place] += part
                for i in rest.indices { rest[i] -= part * direction[i] }
            }
        }
        let length = dot(rest, rest).squareRoot()
        let isNew = length > 1e-13 * dot(row, row).squareRoot()
        l[index][index] = isNew ? length : 0
        basis.append(isNew ? rest.map { $0 / length } : rest.map { _ in 0 })
    }
    return l
}
