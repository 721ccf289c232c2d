import Synchronization
import Tensor
import Transformers

/// A layer's patterns A, and ∂F/∂ at a share of them, α·A.
func scaledPatterns(
    _ model: Decoder, _ target: Target, _ stream: Tensor, _ layer: Int, by share: Float
) -> [Site: (whole: Tensor, slope: Tensor)] {
    let passed = Mutex<[Site: (whole: Tensor, part: Tensor)]>([:])
    let tap = Tap([.pattern]) { site, a in
        guard site.layer == layer else { return a }
        let part = a.scaled(by: share).tracked()
        passed.withLock { $0[site] = (a, part) }
        return part
    }
    let x = model.hidden(target.batch, rows: target.rows, resuming: layer, stream: stream, tap: tap)
    let seen = passed.withLock { $0 }
    let sites = Array(seen.keys)
    let slopes = target.value(of: x, model).total.gradients(of: sites.compactMap { seen[$0]?.part })
    var found: [Site: (whole: Tensor, slope: Tensor)] = [:]
    for (site, slope) in zip(sites, slopes) {
        if let whole = seen[site]?.whole { found[site] = (whole, slope) }
    }
    return found
}
