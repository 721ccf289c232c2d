import Kernels
import Synchronization
import Tensor
import Transformers

/// Gates on the adapter's part ΔW·x and on the whole output y of each adapted attention projection, one per
/// head and sequence.
///
/// A projection computes y = W·x + b + ΔW·x. The gradient at a gate ξ = 1 on the head's part of ΔW·x is Σ
/// ΔW·x·∂L/∂y; at a gate on all of y it is Σ y·∂L/∂y. The base weights' score is the difference. For the
/// output projection, head h's part is ΔW·z with the z of that head alone, and the whole is the head's score.
struct AdapterGates: Sendable {
    /// The projections that have an adapter in some layer.
    let projections: [AttentionProjection]
    /// Gates on the whole output, [sequence, head] each: [projection, layer]. None for the output projection,
    /// whose whole is the head's score.
    let whole: [[Tensor]]
    /// Gates on the adapter's part, in the same layout.
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

    /// A tap that applies the gates, after another tap.
    func tap(after other: Tap) -> Tap {
        let places: [Site.Kind: Int] = Dictionary(
            uniqueKeysWithValues: projections.enumerated().map { (Self.site(of: $1), $0) })
        guard !places.isEmpty else { return other }
        let sources: Set<Site.Kind> = [.attentionInput, .headOutput]
        let read = Mutex<[Site: Tensor]>([:])  // inputs of the projections in this pass
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

    /// (ξ − 1)·ΔW·x at ξ = 1: zeros, whose gradient at the gates is that of the adapter's part.
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
