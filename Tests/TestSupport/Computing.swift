public import Kernels

/// Runs `body` in this precision.
public func computing<Result>(
    in precision: Arithmetic.Precision, _ body: () throws -> Result
) rethrows -> Result {
    try Arithmetic.$current.withValue(Arithmetic(precision: precision), operation: body)
}
