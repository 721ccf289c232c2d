import Examples
import Foundation
import GradAttrib
import HeadActivation
import ModelFiles
package import Transformers

/// What is to be scored beside heads: modules where they are asked for, and what goes through an adapter where
/// attention's projections have pairs. What cannot be told apart is said.
func extraGates(modules: Bool, of open: OpenModel, _ observer: RunObserver) -> ExtraGates {
    let chosen = modules ? LayerModule.all(of: open.decoder) : []
    let hasPairs = open.decoder.blocks.contains { block in
        AttentionProjection.allCases.contains { block.attention.change(of: $0) != nil }
    }
    if modules, !chosen.contains(.gate) {
        observer.remark("modules: \(open.decoder.family) has no gate in its feed-forward layers")
    }
    if let adapter = open.adapter, !hasPairs {
        observer.remark(
            "\(adapter.path): no projection of attention has a pair of its own, so the adapter's part in the heads' scores "
                + "is not told apart")
    }
    return ExtraGates(modules: chosen, adapter: hasPairs)
}

/// The size of an adapter's change of each head in a projection, zeros in layers without a pair: [layer, head].
package func changeSizes(of projection: AttentionProjection, in decoder: Decoder) throws -> [ChangeSize] {
    try decoder.blocks.enumerated().flatMap { layer, block -> [ChangeSize] in
        guard let change = block.attention.change(of: projection) else {
            let heads = projection.isShared ? decoder.keyValueHeads : decoder.heads
            return (0..<heads).map { _ in ChangeSize.zero }
        }
        guard let sizes = change.sizes() else {
            throw UnusableData(
                description:
                    "The adapter's pair on \(projection.rawValue) of layer \(layer) holds a number that is not "
                    + "finite; train it again, with a lower learning rate.")
        }
        return sizes
    }
}
