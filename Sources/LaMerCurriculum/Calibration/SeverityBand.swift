/// How much a model lacks. The raw value is the number of training examples made for it.
///
/// - Source: Xiong et al. (LaMer), section 3.3.
public enum SeverityBand: Int, Sendable, CaseIterable, Comparable {
    /// Below the first cut.
    case easy = 1
    /// From the first cut.
    case normal
    /// From the second cut.
    case hard
    /// From the third cut.
    case unfair

    /// By severity.
    public static func < (a: SeverityBand, b: SeverityBand) -> Bool { a.rawValue < b.rawValue }
}
