/// A measure of how near texts come to their references.
///
/// Each line gives some sums, those of all lines are added up, and the value is a function of the totals. So a corpus is
/// scored as the reference programs score it, and a resample of lines costs additions only.
public struct TextMetric: Sendable {
    /// `bleu`, `chrf`, `rouge1`, `rouge2`, `rougeL`, `wer` or `cer`.
    public let name: String
    /// Whether a line may have several references.
    public let takesSeveralReferences: Bool
    /// The sums of a line.
    let sums: @Sendable (_ hypothesis: String, _ references: [String]) -> [Double]
    /// The value of totals, in percent; nil where it is not defined.
    let value: @Sendable (_ totals: [Double]) -> Double?
}
