import Foundation
import Kernels

/// Rotary position embedding (RoPE) of some layers of a model.
struct Rotary: Sendable {
    /// The frequency of each pair of a head, in radians per position: [pairs].
    let frequencies: [Float]
    /// A factor on cosines and sines (the attention factor).
    var scale: Float = 1
    /// How frequencies depend on the sequence length.
    var rule = LengthRule.none

    /// Scaling for sequences longer than the original context.
    enum LengthRule: Sendable {
        case none
        /// Dynamic NTK: the base becomes base · (factor · length / context − (factor − 1))^(d / (d − 2)).
        case growingBase(base: Float, factor: Float, context: Int)
        /// LongRoPE: a second list of frequencies is used.
        case other(frequencies: [Float], context: Int)
    }

    /// Whether a KV cache of a shorter sequence is invalid at this length, because the frequencies changed.
    func changes(from old: Int, to new: Int) -> Bool {
        if case .other(_, let context) = rule { old > 0 && old <= context && new > context } else { false }
    }

    /// Whether all sequences up to this length have the same frequencies.
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

    /// The angles of packed rows at these positions. The length of a sequence is its last position + 1.
    func table(_ positions: [Int32], _ packing: Packing) -> RotaryTable {
        RotaryTable(
            rows: packing.sequences.filter { !$0.isEmpty }.flatMap { rows in
                let own = frequencies(length: 1 + Int(positions[rows.upperBound - 1]))
                return rows.map { (position: positions[$0], frequencies: own) }
            }, scale: scale)
    }
}
