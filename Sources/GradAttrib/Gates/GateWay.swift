import Kernels
import Tensor
import Transformers

/// The straight path of a layer's head outputs from z₀ to z, as a `PathIntegral` needs it. Several
/// integration points share a pass, in which copies of the probes are packed end to end.
struct GateWay {
    let model: Decoder
    let layer: Int
    /// The residual stream that enters the layer: [position, dModel].
    let stream: Tensor
    /// z₀ and z: [position, head, dHead].
    let from: Tensor, to: Tensor
    /// The most positions of a pass, unless one copy has more.
    let rows: Int

    /// - Parameter target: The objective for a number of copies of the probes.
    func path(_ target: @escaping (_ copies: Int) -> Target) -> Path {
        let way = minus(to.elements, from.elements)
        func pass(_ shares: [Float], isTracked: Bool) -> (z: Tensor, target: Target, x: Tensor) {
            let own = target(shares.count)
            let between = Tensor(
                shares.flatMap { Kernels.sum(from.elements, Kernels.scaled(way, by: $0)) },
                shape: copied(from.shape, shares.count))
            let z = isTracked ? between.tracked() : between
            let entering = Tensor(
                shares.flatMap { _ in stream.elements }, shape: copied(stream.shape, shares.count))
            return (
                z, own,
                model.hidden(own.batch, rows: own.rows, resuming: layer, stream: entering, headOutputs: z)
            )
        }
        return Path(
            values: { shares in
                inPasses(shares) { shares in
                    let (_, target, x) = pass(shares, isTracked: false)
                    return target.value(of: x, model).each.cut(into: shares.count)
                }
            },
            slopes: { shares in
                inPasses(shares) { shares in
                    let (z, target, x) = pass(shares, isTracked: true)
                    let (each, total) = target.value(of: x, model)
                    let slope = total.gradients(of: [z])[0].elements
                    let parts = gatesPullback(
                        slope, at: shares.flatMap { _ in way }, heads: model.heads,
                        packing: target.batch.packing)
                    return Array(zip(each.cut(into: shares.count), parts.cut(into: shares.count)))
                }
            })
    }

    private func copied(_ shape: Shape, _ copies: Int) -> Shape {
        Shape([copies * shape.axes[0]] + shape.axes.dropFirst())
    }

    private func inPasses<Result>(_ shares: [Float], _ body: ([Float]) -> [Result]) -> [Result] {
        let together = max(1, rows / stream.shape.axes[0])
        return stride(from: 0, to: shares.count, by: together).flatMap {
            body(Array(shares[$0..<min($0 + together, shares.count)]))
        }
    }
}

extension [Float] {
    /// A packing of `count` parts of equal size.
    fileprivate func cut(into parts: Int) -> [[Float]] {
        (0..<parts).map { Array(self[$0 * count / parts..<($0 + 1) * count / parts]) }
    }
}
