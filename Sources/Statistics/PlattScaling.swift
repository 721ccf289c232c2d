import Foundation

/// A logistic line through scores: p = σ(slope · score + intercept).
///
/// - Source: Platt 1999, *Probabilistic outputs for support vector machines*; by Newton's method, as in Lin, Lin and Weng 2007.
public struct PlattScaling: Sendable, Equatable {
    /// p = σ(slope · score + intercept).
    public let slope, intercept: Double

    /// The line of the largest likelihood. Targets are (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2) instead of 1 and 0, so that scores which
    /// separate the classes do not send the slope to infinity.
    ///
    /// - Parameters:
    ///   - scores: finite: [example].
    ///   - isPositive: [example]; some true, some false.
    public init(_ scores: [Double], isPositive: [Bool]) {
        let positives = Double(isPositive.count { $0 })
        let negatives = Double(isPositive.count) - positives
        let (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2))
        let targets = isPositive.map { $0 ? high : low }
        func loss(_ slope: Double, _ intercept: Double) -> Double {
            zip(scores, targets).reduce(0) { sum, pair in
                let z = slope * pair.0 + intercept
                return sum + max(z, 0) + log1p(exp(-abs(z))) - pair.1 * z
            }
        }
        var (slope, intercept) = (0.0, log((positives + 1) / (negatives + 1)))
        var best = loss(slope, intercept)
        for _ in 0..<100 {
            // Gradient and Hessian of the loss.
            var (ga, gb, haa, hab, hbb) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
            for (score, target) in zip(scores, targets) {
                let p = 1 / (1 + exp(-(slope * score + intercept)))
                let (error, weight) = (p - target, p * (1 - p))
                ga += error * score
                gb += error
                haa += weight * score * score
                hab += weight * score
                hbb += weight
            }
            guard max(abs(ga), abs(gb)) > 1e-10 else { break }
            let determinant = haa * hbb - hab * hab
            let (da, db) = ((hab * gb - hbb * ga) / determinant, (hab * ga - haa * gb) / determinant)
            var step = 1.0
            var next = loss(slope + da, intercept + db)
            while !(next < best + 1e-4 * step * (ga * da + gb * db)), step > 1e-10 {
                step /= 2
                next = loss(slope + step * da, intercept + step * db)
            }
            guard step > 1e-10 else { break }
            (slope, intercept, best) = (slope + step * da, intercept + step * db, next)
        }
        (self.slope, self.intercept) = (slope, intercept)
    }
}

/// The score that parts positives from negatives with the best balanced accuracy (the largest true positive rate minus false
/// positive rate, Youden's J): the middle between two neighbouring scores, the lowest of equals.
///
/// - Parameters:
///   - scores: a score of each example, at least one: [example].
///   - isPositive: [example]; some true, some false. Positives are to be at or above the threshold.
public func balancedThreshold(_ scores: [Double], isPositive: [Bool]) -> Double {
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    let positives = Double(isPositive.count { $0 })
    let negatives = Double(isPositive.count) - positives
    var best = (gain: 0.0, threshold: scores[order[0]])
    var gain = 0.0  // the share of negatives below less the share of positives below
    for (place, index) in order.enumerated() {
        gain += isPositive[index] ? -1 / positives : 1 / negatives
        guard place + 1 < order.count, scores[order[place + 1]] > scores[index] else { continue }
        if gain > best.gain + 1e-12 { best = (gain, (scores[index] + scores[order[place + 1]]) / 2) }
    }
    return best.threshold
}
