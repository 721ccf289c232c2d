import Foundation
import Statistics

/// What makes probabilities of entailment mean something: a line through their log-odds, fitted to labelled pairs.
public struct EntailmentCalibration: Sendable, Equatable, Codable {
    /// How the line is fitted.
    public enum Method: String, Sendable, Codable, CaseIterable {
        /// Slope and intercept by maximum likelihood: `PlattScaling` of `Statistics`.
        case platt
        /// Slope 1, and 0.5 where as many entailed pairs lie above as others below: the best balanced accuracy.
        case threshold
    }

    /// The line and what it rests on: part of every result.
    public struct Parameters: Sendable, Equatable, Codable {
        /// How the line was fitted.
        public let method: Method
        /// p = σ(slope · log-odds + intercept).
        public let slope, intercept: Double
        /// The pairs that it was fitted to, and how many of them are entailed.
        public let pairs, entailed: Int
        /// The area under the receiver operating characteristic on these pairs, with its 95 % interval. No line changes it.
        public let auroc, aurocLow, aurocHigh: Double?

        private enum CodingKeys: String, CodingKey {
            case method, slope, intercept, pairs, entailed, auroc
            case aurocLow = "auroc_low"
            case aurocHigh = "auroc_high"
        }
    }

    /// What was calibrated.
    public let source: EntailmentSource
    /// The line.
    public let parameters: Parameters

    private enum CodingKeys: String, CodingKey {
        case source = "entailment"
        case parameters = "calibration"
    }

    /// Fits a line to labelled pairs.
    ///
    /// - Parameters:
    ///   - method: how the line is fitted.
    ///   - source: what scored the pairs.
    ///   - probabilities: what `source` says of each pair, not calibrated.
    ///   - isEntailed: whether each pair is entailed: [pair].
    ///   - seed: random seed of the resamples for the interval of the area under the curve.
    /// - Returns: nil where pairs are all of one kind.
    public init?(
        _ method: Method, of source: EntailmentSource, _ probabilities: [Double], isEntailed: [Bool],
        seed: Int = 0
    ) {
        guard isEntailed.contains(true), isEntailed.contains(false) else { return nil }
        let odds = probabilities.map(logOdds)
        let (slope, intercept): (Double, Double)
        switch method {
        case .platt:
            let scaling = PlattScaling(odds, isPositive: isEntailed)
            (slope, intercept) = (scaling.slope, scaling.intercept)
        case .threshold: (slope, intercept) = (1, -balancedThreshold(odds, isPositive: isEntailed))
        }
        let quality = EntailmentQuality(
            probabilities, isEntailed: isEntailed, threshold: source.threshold, seed: seed)
        self.source = source
        parameters = Parameters(
            method: method, slope: slope, intercept: intercept, pairs: isEntailed.count,
            entailed: isEntailed.count { $0 }, auroc: quality.auroc.value,
            aurocLow: quality.auroc.interval?.low, aurocHigh: quality.auroc.interval?.high)
    }

    /// A probability, calibrated.
    public func calibrated(_ p: Double) -> Double {
        1 / (1 + exp(-(parameters.slope * logOdds(p) + parameters.intercept)))
    }

    /// Whether it was made for a source: the same form, and the same weights where both have a digest, else the same name.
    public func fits(_ other: EntailmentSource) -> Bool {
        guard source.form == other.form else { return false }
        if let own = source.reading, let theirs = other.reading, own != theirs { return false }
        if let own = source.sha256, let theirs = other.sha256 { return own == theirs }
        return source.name == other.name
    }
}

/// log p − log(1 − p); of 0 and 1 as near to them as a number can be.
private func logOdds(_ p: Double) -> Double {
    let p = min(max(p, 1e-15), 1 - 1e-15)
    return log(p) - log1p(-p)
}

/// Scores whose probabilities are calibrated.
public struct CalibratedEntailment: EntailmentScorer {
    /// What is calibrated, and how.
    public let source: EntailmentSource
    private let scorer: any EntailmentScorer
    private let calibration: EntailmentCalibration
    private let path: String

    /// A scorer with its calibration.
    ///
    /// - Parameters:
    ///   - scorer: what scores pairs; of the source that the calibration was fitted for.
    ///   - calibration: the line that its probabilities are put through.
    ///   - path: where the calibration came from, for errors.
    public init(
        _ scorer: any EntailmentScorer, by calibration: EntailmentCalibration, at path: String
    ) throws(EntailmentError) {
        (self.scorer, self.calibration, self.path) = (scorer, calibration, path)
        source = EntailmentSource(scorer.source, calibratedBy: calibration.parameters)
        try requireFit(to: scorer.source)
    }

    private func requireFit(to source: EntailmentSource) throws(EntailmentError) {
        guard calibration.fits(source) else {
            throw .otherCalibration(path: path, of: calibration.source.shown, found: source.shown)
        }
    }

    /// The calibrated probability of each pair.
    nonisolated(nonsending) public func probabilities(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> [Double] {
        try await scores(of: pairs, progress: progress).probabilities
    }

    /// The same with what was calibrated, as its answers were read.
    nonisolated(nonsending) public func scores(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> EntailmentScores {
        let found = try await scorer.scores(of: pairs, progress: progress)
        try requireFit(to: found.source)
        return EntailmentScores(
            probabilities: found.probabilities.map(calibration.calibrated),
            source: EntailmentSource(found.source, calibratedBy: calibration.parameters))
    }
}

extension EntailmentSource {
    /// What it is, in a few words.
    fileprivate var shown: String {
        "\(form.rawValue) \(name)" + (reading.map { " (read by \($0.rawValue))" } ?? "")
    }
}
