import Kernels
public import Tensor
public import Transformers

/// A gate ξ = 1 on the output of every head, one per sequence of the batch.
///
/// The gradient of any loss at the gates, also of a training step's loss, is every head's score.
public struct HeadGates: Sendable {
    /// The gates of each layer: [sequence, head].
    public let layers: [Tensor]
    private let packing: Packing

    /// Gates for a pass of this batch.
    public init(of model: Decoder, on batch: Batch) { self.init(of: model, batch.packing) }

    /// Gates for the parts of a packing instead of the sequences of a batch.
    init(of model: Decoder, _ packing: Packing) {
        self.packing = packing
        let ones = Tensor(repeating: 1, shape: [packing.count, model.heads])
        layers = (0..<model.layers).map { _ in ones.tracked() }
    }

    /// A tap that applies the gates, after another tap.
    public func tap(after other: Tap = .none) -> Tap {
        Tap(other.kinds.union([.headOutput])) { site, x in
            let x = other.kinds.contains(site.kind) ? other.see(site, x) : x
            return site.kind == .headOutput ? x.gated(by: layers[site.layer], packing) : x
        }
    }

    /// The scores of all heads, from the gradients at the gates of each layer: [sequence, layer, head].
    public static func scores(_ gradients: [Tensor]) -> [Float] {
        (0..<(gradients.first?.shape.matrix.rows ?? 0)).flatMap { sequence in
            gradients.flatMap { gradient in
                let heads = gradient.shape.matrix.columns
                return gradient.elements[sequence * heads..<(sequence + 1) * heads]
            }
        }
    }
}
