import Kernels
import Statistics

/// What is left of a pattern when a constant and the pattern that other tasks share are taken out: x − proj x onto
/// the span of 1 and m.
///
/// - Parameters:
///   - x: the pattern: [layer, head].
///   - mode: the mean pattern m of the *other* tasks; with the task itself in it, a part of what is its own
///     would be taken out too.
public func removingCommonMode(_ x: [Double], _ mode: [Double]) -> [Double] {
    precondition(x.count == mode.count, "\(x.count) numbers and a common mode of \(mode.count)")
    let centred = centred(x)
    let direction = HeadActivation.centred(mode)
    let square = dot(direction, direction)
    guard square > 1e-24 * dot(mode, mode) else { return centred }
    let share = dot(centred, direction) / square
    return x.indices.map { centred[$0] - share * direction[$0] }
}

/// Each pattern without the common mode of all the others; needs two others, as of a single one nothing is common.
///
/// - Returns: `nil` for fewer than three patterns.
public func removingCommonModes(_ patterns: [[Double]]) -> [[Double]]? {
    guard patterns.count > 2 else { return nil }
    return patterns.indices.map { index in
        removingCommonMode(
            patterns[index], mean(patterns.indices.filter { $0 != index }.map { patterns[$0] }))
    }
}

func centred(_ x: [Double]) -> [Double] {
    let mean = x.reduce(0, +) / Double(max(1, x.count))
    return x.map { $0 - mean }
}
