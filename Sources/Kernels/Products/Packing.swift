/// Packed sequences, end to end without padding: which rows of a matrix belong to which sequence
/// (`cu_seqlens`).
public struct Packing: Sendable, Hashable {
    /// Where each sequence starts, and at the end where the last one stops: [sequence + 1].
    public let starts: [Int]

    /// Sequences of these lengths, one after the other.
    public init(lengths: [Int]) {
        starts = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    }

    /// The number of sequences.
    public var count: Int { starts.count - 1 }
    /// The number of rows of all sequences.
    public var rows: Int { starts[count] }
    /// The rows of each sequence, in order.
    public var sequences: [Range<Int>] { (0..<count).map { starts[$0]..<starts[$0 + 1] } }
}
