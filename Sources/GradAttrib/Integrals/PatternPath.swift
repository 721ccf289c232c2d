import Statistics
import Kernels
import Synchronization
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
        let passed = Mutex<[Site: (whole: Tensor, part: Tensor)]>([:])
        let x = hidden { site, a in
            let part = a.scaled(by: share).tracked()
            passed.withLock { $0[site] = (a, part) }
            return part
        }
        let (each, total) = target.value(of: x, model)
        let seen = passed.withLock { $0 }
        let sites = Array(seen.keys)
        let slopes = Dictionary(
            uniqueKeysWithValues: zip(sites, total.gradients(of: sites.compactMap { seen[$0]?.part })))
        let sums = headSums(model, packing) { site in
            slopes[site].flatMap { slope in seen[site].map { ($0.whole.elements, slope.elements) } }
        }
        let parts = (0..<packing.count).flatMap { sums[$0, layer: layer] }
        return (each, parts)
    }
    return Path(
        values: { shares in
            shares.map { share in target.value(of: hidden { $1.scaled(by: share) }, model).each }
        },
        slopes: { $0.map(slope) })
}
