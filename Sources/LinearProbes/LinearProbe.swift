import Statistics
public import Kernels

/// What a linear probe read off some features, each example by probes that were fitted without its fold.
public struct ProbeReading: Sendable, Equatable {
    /// Whether each example's label was the likeliest.
    public let isRight: [Bool]
    /// −log p of each example's label, in nats.
    public let losses: [Double]
    /// For two labels, log p(1) − log p(0) of each example; empty for more.
    public let scores: [Double]

    /// The share of examples whose label was the likeliest.
    public var accuracy: Double { Double(isRight.count(where: { $0 })) / Double(isRight.count) }
    /// The mean of the losses.
    public var logLoss: Double { losses.reduce(0, +) / Double(losses.count) }
}

/// Probes features by cross-validation.
///
/// - Parameters:
///   - features: [example, feature].
///   - labels: the label of each example, and those of each control, all from 0 to `classes` − 1: [1 + control][example].
///   - classes: how many labels there are.
///   - folds: the fold of each example.
///   - l2: the weight of the penalty.
/// - Returns: a reading for each list of labels: nil where a training fold has one label alone.
public func probe(
    _ features: DoubleMatrix, labels: [[Int]], classes: Int, folds: ProbeFolds, l2: Double
) -> [ProbeReading?] {
    let count = features.rows
    var right = labels.map { _ in [Bool](repeating: false, count: count) }
    var losses = labels.map { _ in [Double](repeating: 0, count: count) }
    var scores = labels.map { _ in classes == 2 ? [Double](repeating: 0, count: count) : [] }
    var isProbed = labels.map { _ in true }
    for fold in 0..<folds.count {
        let held = (0..<count).filter { folds.fold[$0] == fold }
        let kept = (0..<count).filter { folds.fold[$0] != fold }
        guard !held.isEmpty else { continue }
        guard !kept.isEmpty else { return labels.map { _ in nil } }
        let training = ProbeFeatures(features.rows(kept), l2: l2)
        let testing = training.applied(to: features.rows(held))
        for (number, labels) in labels.enumerated() where isProbed[number] {
            let known = kept.map { labels[$0] }
            guard Set(known).count > 1 else {
                isProbed[number] = false
                continue
            }
            let fitted = LogisticRegression(training, labels: known, classes: classes)
            for (example, logs) in zip(held, fitted.logProbabilities(testing)) {
                let best = indexOfLargest(logs)
                right[number][example] = best == labels[example]
                losses[number][example] = -logs[labels[example]]
                if classes == 2 { scores[number][example] = logs[1] - logs[0] }
            }
        }
    }
    return labels.indices.map { number in
        isProbed[number]
            ? ProbeReading(isRight: right[number], losses: losses[number], scores: scores[number]) : nil
    }
}

/// The mean over labels of the share of their examples that was right.
public func balancedAccuracy(_ isRight: [Bool], _ labels: [Int]) -> Double {
    let shares = Dictionary(grouping: labels.indices, by: { labels[$0] }).sorted { $0.key < $1.key }.map {
        Double($0.value.count { isRight[$0] }) / Double($0.value.count)
    }
    return shares.reduce(0, +) / Double(shares.count)
}
