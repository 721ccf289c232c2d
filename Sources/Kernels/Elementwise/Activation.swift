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
    unsafe elementwise(x, x, x.count) { y, x, _, n in unsafe kernel_activate(f.code, y, x, n) }
}

/// dx = dy ⊙ f′(x)
public func activatePullback(_ dy: [Float], at x: [Float], _ f: Activation) -> [Float] {
    unsafe elementwise(dy, x, x.count) { dx, dy, x, n in
        unsafe kernel_activate_pullback(f.code, dx, dy, x, n)
    }
}

/// f(x) ⊙ u
public func gated(_ x: [Float], _ u: [Float], _ f: Activation) -> [Float] {
    precondition(x.count == u.count, "\(x.count) gate \(u.count) numbers")
    return unsafe elementwise(x, u, x.count) { y, x, u, n in unsafe kernel_gated(f.code, y, x, u, n) }
}

/// dx = dy ⊙ u ⊙ f′(x) and du = dy ⊙ f(x)
public func gatedPullback(
    _ dy: [Float], at x: [Float], _ u: [Float], _ f: Activation
) -> (dx: [Float], du: [Float]) {
    let n = x.count
    func share(
        _ dx: UnsafeMutablePointer<Float>, _ du: UnsafeMutablePointer<Float>, _ dy: UnsafePointer<Float>,
        _ x: UnsafePointer<Float>, _ u: UnsafePointer<Float>
    ) {
        spreadNumbers(n) { own in
            let i = own.lowerBound
            unsafe kernel_gated_pullback(f.code, dx + i, du + i, dy + i, x + i, u + i, own.count)
        }
    }
    var du: [Float] = []
    let dx = unsafe [Float](count: n) { dx in
        du = unsafe [Float](count: n) { du in
            unsafe share(dx, du, dy, x, u)
        }
    }
    return (dx, du)
}
