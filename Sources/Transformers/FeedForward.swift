import Kernels
public import Tensor

/// The gated feed-forward layer: (f(x·Wgᵀ) ⊙ x·Wuᵀ)·Wdᵀ.
///
/// - Source: Shazeer 2020, section 2.
public struct FeedForward: Sendable, Weighted {
    /// dModel → dMLP, through the nonlinearity.
    public var gate: Projection
    /// dModel → dMLP
    public var up: Projection
    /// dMLP → dModel
    public var down: Projection
    let activation: Activation

    init(dModel: Int, dMLP: Int, activation: Activation, hasBias: Bool) {
        gate = Projection(from: dModel, to: dMLP, hasBias: hasBias)
        up = Projection(from: dModel, to: dMLP, hasBias: hasBias)
        down = Projection(from: dMLP, to: dModel, hasBias: hasBias)
        self.activation = activation
    }

    /// [position, dModel] → [position, dModel]
    public func callAsFunction(_ x: Tensor) -> Tensor { down(gate(x).gating(up(x), activation)) }

    /// `gate_proj`, `up_proj`, `down_proj`.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try gate.visitWeights { (name, weight) throws(Failure) in try visit("gate_proj.\(name)", &weight) }
        try up.visitWeights { (name, weight) throws(Failure) in try visit("up_proj.\(name)", &weight) }
        try down.visitWeights { (name, weight) throws(Failure) in try visit("down_proj.\(name)", &weight) }
    }
}
