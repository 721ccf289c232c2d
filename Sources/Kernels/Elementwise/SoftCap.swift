import CKernels

/// Soft cap: cap · tanh(x / cap).
public func softCapped(_ x: [Float], by cap: Float) -> [Float] {
    var y = x
    unsafe y.change { unsafe kernel_soft_cap($0, cap, x.count) }
    return y
}

/// dx = dy ⊙ (1 − (y / cap)²)
public func softCapPullback(_ dy: [Float], at y: [Float], cap: Float) -> [Float] {
    var dx = dy
    unsafe dx.change { unsafe kernel_soft_cap_pullback($0, y, cap, y.count) }
    return dx
}
