public import Tensor

/// Something with weights that have names in a model's files.
public protocol Weighted {
    /// Visits every weight, always in the same order, under the name it has in the model's files.
    ///
    /// Loading, saving, counting, freezing and stepping an optimizer are each one visit.
    mutating func visitWeights<Failure: Error>(
        _ visit: (_ name: String, _ weight: inout Weight) throws(Failure) -> Void
    ) throws(Failure)
}

extension Weighted {
    /// The number of weights, counted one by one.
    public var parameterCount: Int {
        var (copy, count) = (self, 0)
        copy.visitWeights { _, weight in count += weight.shape.count }
        return count
    }
}
