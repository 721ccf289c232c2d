import CKernels
import Foundation

/// Cosines and sines of the angles by which rotary embedding turns each pair at each position.
///
/// Pair i of a head, numbers i and i + half, turns by position · `frequencies[i]`. A head may be wider than twice
/// the frequencies: the rest of it is left alone.
public struct RotaryTable: Sendable {
    let half: Int
    let cosines: [Float]  // [position, half]
    let sines: [Float]
    let positions: Int

    /// A table whose row r is for a position of its own, with frequencies of its own.
    public init(rows: [(position: Int, frequencies: [Float])], scale: Float = 1) {
        half = rows.first?.frequencies.count ?? 0
        positions = rows.count
        let angles = rows.flatMap { row in row.frequencies.map { Double(Float(row.position) * $0) } }
        cosines = angles.map { Float(cos($0)) * scale }
        sines = angles.map { Float(sin($0)) * scale }
    }

    /// The table for positions 0 ..< `positions`. Angles are formed in `Float`, as the reference does.
    public init(frequencies: [Float], positions: Int, scale: Float = 1) {
        let angles = (0..<positions).flatMap { position in frequencies.map { Double(Float(position) * $0) } }
        self.half = frequencies.count
        self.positions = positions
        self.cosines = angles.map { Float(cos($0)) * scale }
        self.sines = angles.map { Float(sin($0)) * scale }
    }
}

/// Turns each head's pairs by the angle of its row's position, forward or back.
///
/// - Parameters:
///   - x: [row, head, dHead]
///   - positions: the position of each row
public func rotate(
    _ x: [Float], _ table: RotaryTable, positions: [Int32], dHead: Int, back: Bool = false
) -> [Float] {
    let width = x.count / max(1, positions.count)
    precondition(
        2 * table.half <= dHead && width % dHead == 0,
        "rotary pairs \(table.half), heads of \(dHead) in \(width)")
    precondition(
        positions.allSatisfy { (0..<table.positions).contains(Int($0)) },
        "a position outside \(table.positions)")
    return unsafe [Float](count: x.count) {
        unsafe kernel_rotate(
            $0, x, table.cosines, table.sines, positions, back ? 1 : 0, positions.count, width / dHead, dHead,
            table.half)
    }
}
