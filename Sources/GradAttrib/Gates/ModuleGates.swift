import Kernels
import Tensor
import Transformers

/// A gate ξ = 1 on the output of each module of each layer, one per sequence of the batch.
struct ModuleGates: Sendable {
    let modules: [LayerModule]
    /// [sequence, 1] each: [layer, module]
    let gates: [Tensor]
    private let packing: Packing

    init(_ modules: [LayerModule], of model: Decoder, on batch: Batch) {
        self.modules = modules
        packing = batch.packing
        let ones = Tensor(repeating: 1, shape: [packing.count, 1])
        gates = (0..<model.layers * modules.count).map { _ in ones.tracked() }
    }

    /// A tap that applies the gates, after another tap.
    func tap(after other: Tap) -> Tap {
        let places = Dictionary(uniqueKeysWithValues: modules.enumerated().map { ($1.site, $0) })
        return Tap(other.kinds.union(places.keys)) { site, x in
            let x = other.kinds.contains(site.kind) ? other.see(site, x) : x
            guard let place = places[site.kind] else { return x }
            let rows = packing.rows
            return x.reshaped([rows, 1, x.shape.count / max(1, rows)])
                .gated(by: gates[site.layer * modules.count + place], packing).reshaped(x.shape)
        }
    }
}
