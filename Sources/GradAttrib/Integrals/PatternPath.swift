import Statistics
import Kernels
import Tensor
import Transformers

/// The straight path of a layer's attention matrices from 0 to A, for AttAttr.
func patternPath(_ model: Decoder, _ target: Target, _ layer: Int, stream: Tensor) -> Path {
    let packing = target.batch.packing
    func hidden(_ change: @escaping @Sendable (Site, Tensor) -> Tensor) -> Tensor {
        let tap = Tap([.pattern]) { site, a in site.layer == layer ? change(site, a) : a }
        return model.hidden(target.batch, rows: target.rows, resuming: layer, stream: stream, tap: tap)
    }
    func slope(at share: Float) -> (values: [Float], parts: [Float]) {
        let whole = Capture([.pattern])
        let part = Capture([.pattern]) { $1.scaled(by: share).tracked() }
        let x = hidden { site, a in part.tap.see(site, whole.tap.see(site, a)) }
        let (each, total) = target.value(of: x, model)
        let (patterns, parts) = (whole.tensors, part.tensors)
        let sites = Array(parts.keys)
        let slopes = Dictionary(
            uniqueKeysWithValues: zip(sites, total.gradients(of: sites.compactMap { parts[$0] })))
        let sums = headSums(model, packing) { site in
            slopes[site].flatMap { slope in patterns[site].map { ($0.elements, slope.elements) } }
        }
        return (each, (0..<packing.count).flatMap { sums[$0, layer: layer] })
    }
    return Path(
        values: { shares in
            shares.map { share in target.value(of: hidden { $1.scaled(by: share) }, model).each }
        },
        slopes: { $0.map(slope) })
}
