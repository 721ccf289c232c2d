import CKernels

/// The nonlinearity of a feed-forward layer.
public enum Activation: String, Sendable, CaseIterable {
    /// x·σ(x)
    case silu
    /// x·Φ(x), with the error function.
    case gelu
    /// GELU by tanh: x/2·(1 + tanh(√(2/π)·(x + 0.044715 x³))).
    case geluTanh
    /// max(x, 0)
    case relu

    var code: kernel_activation {
        switch self {
        case .silu: kernel_silu
        case .gelu: kernel_gelu
        case .geluTanh: kernel_gelu_tanh
        case .relu: kernel_relu
        }
    }
}

/// f(x)
public func activate(_ x: [Float], _ f: Activation) -> [Float] {
    unsafe [Float](count: x.count) { unsafe kernel_activate(f.code, $0, x, x.count) }
}

/// dx = dy ⊙ f′(x)
public func activatePullback(_ dy: [Float], at x: [Float], _ f: Activation) -> [Float] {
    unsafe [Float](count: x.count) { unsafe kernel_activate_pullback(f.code, $0, dy, x, x.count) }
}

/// f(x) ⊙ u
public func gated(_ x: [Float], _ u: [Float], _ f: Activation) -> [Float] {
    precondition(x.count == u.count, "\(x.count) gate \(u.count) numbers")
    return unsafe [Float](count: x.count) { unsafe kernel_gated(f.code, $0, x, u, x.count) }
}

/// dx = dy ⊙ u ⊙ f′(x) and du = dy ⊙ f(x)
public func gatedPullback(
    _ dy: [Float], at x: [Float], _ u: [Float], _ f: Activation
) -> (dx: [Float], du: [Float]) {
    var du: [Float] = []
    let dx = unsafe [Float](count: x.count) { dx in
        du = unsafe [Float](count: x.count) { du in
            unsafe kernel_gated_pullback(f.code, dx, du, dy, x, u, x.count)
        }
    }
    return (dx, du)
}
