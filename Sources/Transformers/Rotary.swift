import Foundation
import Kernels

/// How some layers of a model turn queries and keys by position.
struct Rotary: Sendable {
    /// The angle from one position to the next for each pair of a head: [pairs].
    let frequencies: [Float]
    /// What cosines and sines are multiplied by.
    var scale: Float = 1
    /// Where frequencies depend on the sequence's length: beyond this many positions the base grows with it.
    var dynamic: (base: Float, factor: Float, context: Int)?

    /// The frequencies for a sequence of this length.
    ///
    /// - Source: the "dynamic NTK" rule of transformers: base · (factor · length / context − (factor − 1))^(d / (d − 2)).
    func frequencies(length: Int) -> [Float] {
        guard let dynamic, length > dynamic.context, frequencies.count > 1 else { return frequencies }
        let d = Float(2 * frequencies.count)
        let stretch = dynamic.factor * Float(length) / Float(dynamic.context) - (dynamic.factor - 1)
        return Self.plain(theta: dynamic.base * powf(stretch, d / (d - 2)), width: Int(d))
    }

    /// theta^(−2i / width), in `Float` as the reference computes it: [width / 2].
    static func plain(theta: Float, width: Int) -> [Float] {
        (0..<width / 2).map { 1 / powf(theta, Float(2 * $0) / Float(width)) }
    }

    /// A table for each rotation, and the row of the tables for each row of the batch.
    ///
    /// Tables are by position; where one depends on the length of its sequence, all are by row.
    static func tables(
        _ rotations: [Rotary], _ positions: [Int32], _ packing: Packing, lengths: [Int]
    ) -> ([RotaryTable], [Int32]) {
        guard rotations.contains(where: { $0.dynamic != nil }) else {
            let count = 1 + Int(positions.max() ?? 0)
            return (
                rotations.map { RotaryTable(frequencies: $0.frequencies, positions: count, scale: $0.scale) }, positions
            )
        }
        let tables = rotations.map { rotation in
            RotaryTable(
                rows: zip(packing.sequences, lengths).flatMap { rows, length in
                    let frequencies = rotation.frequencies(length: length)
                    return rows.map { (position: Int(positions[$0]), frequencies: frequencies) }
                })
        }
        return (tables, positions.indices.map { Int32($0) })
    }
}
