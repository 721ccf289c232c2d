import CKernels
import Foundation

/// Cosines and sines of rotary position embedding (RoPE) for each row.
///
/// Pair i of a head, elements i and i + half, is rotated by position · frequencies[i]. A head may be wider
/// than twice the number of frequencies; the rest is not rotated (partial rotary).
public struct RotaryTable: Sendable {
    let half: Int
    let rows: Int
    let cosines: [Float]  // [row, half]
    let sines: [Float]

    /// A table for rows with a position and frequencies each. Angles are formed in `Float`, as the reference does.
    ///
    /// - Parameters:
    ///   - rows: The position of each row and its frequencies, as many for every row: radians per position.
    ///   - scale: What cosines and sines are multiplied by.
    public init(rows: [(position: Int32, frequencies: [Float])], scale: Float = 1) {
        half = rows.first?.frequencies.count ?? 0
        self.rows = rows.count
        let angles = rows.flatMap { row in row.frequencies.map { Double(Float(row.position) * $0) } }
        cosines = angles.map { Float(cos($0)) * scale }
        sines = angles.map { Float(sin($0)) * scale }
    }
}

/// Rotates each head's pairs by the angles of its row, forward or back.
///
/// - Parameters:
///   - x: [row, head, dHead], as many rows as the table has.
///   - table: the angles of each row.
///   - dHead: the width of a head.
///   - back: whether to rotate by the negative angles: the transpose, for gradients.
public func rotate(_ x: [Float], _ table: RotaryTable, dHead: Int, back: Bool = false) -> [Float] {
    let width = x.count / max(1, table.rows)
    precondition(
        2 * table.half <= dHead && width % dHead == 0 && width * table.rows == x.count,
        "\(table.half) pairs in \(table.rows) rows, heads of \(dHead) in \(width)")
    func share(
        _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ cosines: UnsafePointer<Float>,
        _ sines: UnsafePointer<Float>
    ) {
        spreadRows(table.rows, of: width) { rows in
            let (start, angles) = (rows.lowerBound * width, rows.lowerBound * table.half)
            unsafe kernel_rotate(
                y + start, x + start, cosines + angles, sines + angles, back ? 1 : 0, rows.count,
                width / dHead, dHead, table.half)
        }
    }
    return unsafe [Float](count: x.count) { unsafe share($0, x, table.cosines, table.sines) }
}
