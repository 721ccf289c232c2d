import Kernels
import Synchronization
import Tensor
import Transformers

/// Gates on what an adapter adds to attention's projections, and on the whole of what these make, for each head of each
/// sequence by itself.
///
/// A projection makes y = W·x + b + ΔW·x. A gate ξ = 1 on the head's part of ΔW·x alone has the gradient
/// Σ ΔW·x·∂L/∂y, one on all of y has Σ y·∂L/∂y; the base weights' share is the rest. For the output projection, head h's
/// part is ΔW·z with z of that head alone, and the whole is the head's score.
struct AdapterGates: Sendable {
    /// The projections that have a pair in some layer.
    let projections: [AttentionProjection]
    /// [sequence, head] each: [projection, layer]; the whole of the output projection is the heads' scores.
    let whole: [[Tensor]]
    /// The same for what the adapter adds.
    let added: [[Tensor]]
    private let changes: [[AttentionChange?]]
    private let packing: Packing

    init(of model: Decoder, on batch: Batch) {
        packing = batch.packing
        let all = AttentionProjection.allCases.map { projection in
            (projection, model.blocks.map { $0.attention.change(of: projection) })
        }.filter { $0.1.contains { $0 != nil } }
        projections = all.map(\.0)
        changes = all.map(\.1)
        func gates(_ projection: AttentionProjection) -> [Tensor] {
            let heads = projection.isShared ? model.keyValueHeads : model.heads
            let ones = Tensor(repeating: 1, shape: [batch.packing.count, heads])
            return (0..<model.layers).map { _ in ones.tracked() }
        }
        whole = projections.map { $0 == .output ? [] : gates($0) }
        added = projections.map { gates($0) }
    }

    /// Puts the gates into a pass, after what another tap makes of it.
    func tap(after other: Tap) -> Tap {
        let places: [Site.Kind: Int] = Dictionary(
            uniqueKeysWithValues: projections.enumerated().map { (Self.site(of: $1), $0) })
        guard !places.isEmpty else { return other }
        let sources: Set<Site.Kind> = [.attentionInput, .headOutput]
        let read = Mutex<[Site: Tensor]>([:])  // what the projections of this pass have read
        return Tap(other.kinds.union(places.keys).union(sources)) { site, x in
            let x = other.kinds.contains(site.kind) ? other.see(site, x) : x
            if sources.contains(site.kind) { read.withLock { $0[site] = x } }
            guard let place = places[site.kind] else { return x }
            let projection = projections[place]
            let source = Site(projection == .output ? .headOutput : .attentionInput, layer: site.layer)
            let input = read.withLock { $0[source] }
            var y = x
            if let change = changes[place][site.layer], let input {
                y = y + addedNothing(change, input, added[place][site.layer], y.shape)
            }
            return projection == .output ? y : y.gated(by: whole[place][site.layer], packing)
        }
    }

    /// Zeros whose slope at the gates is the change: (ξ − 1)·ΔW·x at ξ = 1.
    private func addedNothing(
        _ change: AttentionChange, _ input: Tensor, _ gates: Tensor, _ shape: Shape
    ) -> Tensor {
        let flat: Shape = [packing.rows, input.shape.count / max(1, packing.rows)]
        let gated = change.finished(change.byHead(input.reshaped(flat)).gated(by: gates, packing))
        let fixed = Tensor(gated.elements, shape: gated.shape).scaled(by: -1)
        return (gated + fixed).reshaped(shape)
    }

    private static func site(of projection: AttentionProjection) -> Site.Kind {
        switch projection {
        case .query: .queryProjection
        case .key: .keyProjection
        case .value: .value
        case .output: .outputProjection
        }
    }
}
