import Foundation
import Kernels

/// How some layers of a model turn queries and keys by position.
struct Rotary: Sendable {
    /// The angle from one position to the next for each pair of a head: [pairs].
    let frequencies: [Float]
    /// What cosines and sines are multiplied by.
    var scale: Float = 1
    /// How frequencies depend on the sequence's length.
    var rule = LengthRule.none

    /// What happens to sequences longer than the context a model was first trained on.
    enum LengthRule: Sendable {
        case none
        /// The base grows: base · (factor · length / context − (factor − 1))^(d / (d − 2)).
        case growingBase(base: Float, factor: Float, context: Int)
        /// Other frequencies take over.
        case other(frequencies: [Float], context: Int)
    }

    /// Whether kept keys of shorter sequences cannot serve one of this length: other frequencies have taken over.
    func changes(from old: Int, to new: Int) -> Bool {
        if case .other(_, let context) = rule { old > 0 && old <= context && new > context } else { false }
    }

    /// Whether sequences up to this length all turn alike.
    func isSame(upTo length: Int) -> Bool {
        switch rule {
        case .none: true
        case .growingBase(_, _, let context), .other(_, let context): length <= context
        }
    }

    /// The frequencies for a sequence of this length.
    private func frequencies(length: Int) -> [Float] {
        switch rule {
        case .growingBase(let base, let factor, let context) where length > context && frequencies.count > 1:
            let d = Float(2 * frequencies.count)
            let stretch = factor * Float(length) / Float(context) - (factor - 1)
            return Self.plain(theta: base * powf(stretch, d / (d - 2)), width: Int(d))
        case .other(let others, let context) where length > context: return others
        default: return frequencies
        }
    }

    /// theta^(−2i / width), in `Float` as the reference computes it: [width / 2].
    static func plain(theta: Float, width: Int) -> [Float] {
        (0..<width / 2).map { 1 / powf(theta, Float(2 * $0) / Float(width)) }
    }

    /// The angles of packed rows at these positions. A sequence's length is that up to its last position.
    func table(_ positions: [Int32], _ packing: Packing) -> RotaryTable {
        RotaryTable(
            rows: packing.sequences.filter { !$0.isEmpty }.flatMap { rows in
                let own = frequencies(length: 1 + Int(positions[rows.upperBound - 1]))
                return rows.map { (position: positions[$0], frequencies: own) }
            }, scale: scale)
    }
}
