/// How much a model lacks, by relative entropy in nats. The raw value is the number of training examples made for it.
///
/// - Source: Xiong et al. (LaMer), section 3.3. The paper keeps pairs above 0.1 and starts its first band at 0.1; here
///   0.1 itself is kept.
public enum SeverityBand: Int, Sendable, CaseIterable, Comparable {
    /// [0.1, 0.4)
    case easy = 1
    /// [0.4, 0.7)
    case normal
    /// [0.7, 1.0)
    case hard
    /// 1.0 and more
    case unfair

    /// The band of a relative entropy; nil below 0.1, and for what is no number.
    public init?(relativeEntropy: Double) {
        switch relativeEntropy {
        case 0.1..<0.4: self = .easy
        case 0.4..<0.7: self = .normal
        case 0.7..<1.0: self = .hard
        case 1.0...: self = .unfair
        default: return nil
        }
    }

    /// By severity.
    public static func < (a: SeverityBand, b: SeverityBand) -> Bool { a.rawValue < b.rawValue }
}
