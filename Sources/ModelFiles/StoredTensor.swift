public import Kernels

/// A tensor of a model, still as its file has it.
public struct StoredTensor: Sendable {
    /// The name that the Hugging Face implementation of the family gives it.
    public let name: String
    /// The extents, outermost first.
    public let shape: [Int]
    /// The numbers: one row for a vector or a single number, otherwise the product of the leading extents by the last.
    public let matrix: StoredMatrix
    /// The path of the file that holds it.
    public let file: String
}
