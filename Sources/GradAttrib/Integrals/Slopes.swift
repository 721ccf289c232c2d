import Kernels
import Statistics
import Tensor
import Transformers

/// The tensors at one kind of site in every layer, and the gradients of F there.
struct Slopes: Sendable {
    /// F of each probe.
    let values: [Float]
    /// The tensors: head outputs or attention matrices.
    let passed: [Site: Tensor]
    /// The gradient of F at each tensor.
    let gradients: [Site: Tensor]

    /// One forward and one backward pass.
    ///
    /// - Parameters:
    ///   - kind: `.headOutput` or `.pattern`.
    ///   - dropped: A layer through whose output no gradient flows back (GradDrop).
    ///   - embedded: The input of the first layer instead of the tokens' embeddings.
    init(
        of model: Decoder, on target: Target, at kind: Site.Kind, dropping dropped: Int? = nil,
        embedded: Tensor? = nil
    ) {
        let capture = Capture.tracked([kind])
        var kinds: Set<Site.Kind> = [kind]
        if dropped != nil { kinds.formUnion([.attentionOutput, .feedForwardOutput]) }
        if embedded != nil { kinds.insert(.residual) }
        let tap = Tap(kinds) { site, x in
            switch site.kind {
            case kind: return capture.tap.see(site, x)
            case .residual: return site.layer == 0 ? embedded ?? x : x
            default: return site.layer == dropped ? Tensor(x.elements, shape: x.shape) : x
            }
        }
        let (each, total) = target.value(of: model.hidden(target.batch, rows: target.rows, tap: tap), model)
        values = each
        let all = capture.tensors
        let sites = Array(all.keys)
        let found = total.gradients(of: sites.compactMap { all[$0] })
        passed = all
        gradients = Dictionary(uniqueKeysWithValues: zip(sites, found))
    }

    /// Σ difference·gradient of every head: [probe, layer, head].
    func products(with differences: [Site: [Float]], _ model: Decoder, _ packing: Packing) -> HeadArray<Float>
    {
        headSums(model, packing) { site in
            gradients[site].flatMap { gradient in differences[site].map { ($0, gradient.elements) } }
        }
    }
}

/// Σ a·b over each head's elements at every site: [probe, layer, head].
func headSums(
    _ model: Decoder, _ packing: Packing, _ pair: (Site) -> (a: [Float], b: [Float])?
) -> HeadArray<Float> {
    let heads = model.heads
    var sums = HeadArray<Float>(repeating: 0, examples: packing.count, model.grid)
    for layer in 0..<model.layers {
        if let (a, b) = pair(Site(.headOutput, layer: layer)) {
            let parts = gatesPullback(b, at: a, heads: heads, packing: packing)
            let own = HeadArray(parts, HeadGrid(layers: 1, heads: heads))
            for sequence in 0..<packing.count {
                for head in 0..<heads { sums[sequence, layer, head] += own[sequence, 0, head] }
            }
        }
        for sequence in 0..<packing.count {
            guard let (a, b) = pair(Site(.pattern, layer: layer, sequence: sequence)) else { continue }
            for head in 0..<heads {
                let own = head * a.count / heads..<(head + 1) * a.count / heads
                let sum = own.reduce(0.0) { $0 + Double(a[$1]) * Double(b[$1]) }
                sums[sequence, layer, head] += Float(sum)
            }
        }
    }
    return sums
}

func minus(_ a: [Float], _ b: [Float]) -> [Float] { a.indices.map { a[$0] - b[$0] } }
