import Foundation

/// The loss of a pair of answers of which one is preferred.
///
/// With h = β·[(log π(c) − log π_ref(c)) − (log π(r) − log π_ref(r))], c the chosen answer and r the rejected one:
///
///     sigmoid   ℓ = −(1 − ε)·log σ(h) − ε·log σ(−h)      ε: label smoothing
///     ipo       ℓ = (h/β − 1/(2β))²                      with the mean of log p over an answer's tokens instead of the sum
///
/// plus α·(−log π(c) / tokens of c), the supervised loss of the chosen answer.
///
/// - Source: Rafailov et al. 2023 (DPO); Azar et al. 2023 (IPO); Mitchell 2023 for the smoothing.
public struct PreferenceLoss: Codable, Sendable, Equatable {
    /// The form of the loss.
    public enum Form: String, Codable, CaseIterable, Sendable {
        /// DPO's logistic loss.
        case sigmoid
        /// IPO's squared distance from a margin.
        case ipo
    }

    /// The form.
    public var form: Form
    /// β: how strongly the model is held to its reference; above 0.
    public var beta: Double
    /// ε: the share of pairs that are thought to be the wrong way round, from 0 to below ½; for `sigmoid` alone.
    public var labelSmoothing: Double
    /// α: the weight of the chosen answer's supervised loss; 0 for none.
    public var supervisedWeight: Double

    /// A loss.
    public init(
        _ form: Form = .sigmoid, beta: Double = 0.1, labelSmoothing: Double = 0, supervisedWeight: Double = 0
    ) {
        (self.form, self.beta) = (form, beta)
        (self.labelSmoothing, self.supervisedWeight) = (labelSmoothing, supervisedWeight)
    }

    /// The loss of one pair and its slopes.
    ///
    /// - Parameters:
    ///   - chosen, rejected: the answers by the model and by the reference.
    /// - Returns: ℓ, h, and the derivative of ℓ by each supervised token's −log p in the chosen and the rejected answer.
    func loss(chosen: ScoredAnswer, rejected: ScoredAnswer) -> PreferenceSlopes {
        func size(_ answer: ScoredAnswer) -> Double { form == .ipo ? Double(answer.tokens) : 1 }
        let ratio = chosen.logRatio / size(chosen) - rejected.logRatio / size(rejected)
        let h = beta * ratio
        let (preference, byRatio): (Double, Double)
        switch form {
        case .sigmoid:
            let (right, wrong) = (logSigmoid(h), logSigmoid(-h))
            preference = -(1 - labelSmoothing) * right - labelSmoothing * wrong
            byRatio = beta * (labelSmoothing * exp(right) - (1 - labelSmoothing) * exp(wrong))
        case .ipo:
            let miss = ratio - 1 / (2 * beta)
            (preference, byRatio) = (miss * miss, 2 * miss)
        }
        let supervised = supervisedWeight / Double(chosen.tokens)
        return PreferenceSlopes(
            loss: preference - supervised * chosen.logProbability, margin: h,
            byChosen: supervised - byRatio / size(chosen), byRejected: byRatio / size(rejected))
    }
}

/// An answer's log-probability by the model and by the reference.
struct ScoredAnswer {
    /// log π and log π_ref, sums over the answer's tokens, in nats.
    let logProbability, reference: Double
    /// How many tokens.
    let tokens: Int

    var logRatio: Double { logProbability - reference }
}

/// The loss of a pair and what it changes with.
struct PreferenceSlopes {
    let loss: Double
    /// h: above 0 where the model prefers the chosen answer more than the reference does.
    let margin: Double
    /// ∂ℓ/∂(−log p) of each supervised token of the chosen, and of the rejected answer.
    let byChosen, byRejected: Double
}

/// log σ(x) without overflow.
private func logSigmoid(_ x: Double) -> Double { min(x, 0) - log1p(exp(-abs(x))) }
