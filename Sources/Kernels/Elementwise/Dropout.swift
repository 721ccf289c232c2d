import CKernels

/// Dropout: each element is zeroed with a probability, the rest divided by 1 − probability, [m, n] → [m, n].
///
/// The mask depends on the row's seed, the salt and the column alone, so the gradient is the same function of
/// dy.
public func dropout(_ x: [Float], _ probability: Float, rowSeeds: [UInt64], salt: UInt64) -> [Float] {
    let m = rowSeeds.count
    precondition(0 <= probability && probability < 1, "a probability of \(probability)")
    precondition(m > 0 && x.count.isMultiple(of: m), "\(x.count) numbers in \(m) rows")
    return unsafe [Float](count: x.count) {
        unsafe kernel_dropout($0, x, rowSeeds, salt, probability, m, x.count / m)
    }
}
