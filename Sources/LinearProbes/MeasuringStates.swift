import Kernels
import Tensor
public import Transformers

/// Reads a model's states on some texts.
///
/// - Parameters:
///   - model: the model that reads the texts.
///   - sequences: the tokens of each text, at least one.
///   - texts: the id, label, group and language of each text, in the same order.
///   - sites: where to read.
///   - chosen: which layers: 0 to the number of layers; nil for all.
///   - position: of which tokens: the last, the mean of all, or every one.
///   - packTokens: tokens that are computed together; memory grows with it.
///   - workers: packs computed at a time.
///   - progress: is told texts and tokens since it was told last.
nonisolated(nonsending) public func states(
    of model: Decoder, on sequences: [[Int32]], texts: [States.Text], sites: Set<StateSite>,
    layers chosen: Set<Int>? = nil, position: StatePosition = .last, packTokens: Int, workers: Int,
    progress: (_ texts: Int, _ tokens: Int) -> Void = { _, _ in }
) async -> States {
    let layers = chosen ?? Set(0...model.layers)
    let reading = StateReading(model, sites, layers, position)
    let packs = Packs(lengths: sequences.map(\.count), tokens: packTokens)
    var found = [StateReading.Row?](repeating: nil, count: sequences.count)
    await packs.forEach(workers: workers) { members in
        reading.rows(of: members.map { sequences[$0] })
    } deliver: { members, rows in
        for (member, row) in zip(members, rows) { found[member] = row }
        progress(members.count, members.reduce(0) { $0 + sequences[$1].count })
    }
    return reading.states(found.compactMap(\.self), texts)
}

/// What is read in every pack.
private struct StateReading: Sendable {
    /// A text's states: at each site, for each layer, its rows end to end.
    struct Row: Sendable {
        var sites: [StateSite: [[Float]]] = [:]
        var final: [Float] = []
        var count = 1
    }

    let model: Decoder
    let sites: [StateSite]
    let position: StatePosition
    let layers: [Int]
    private let kinds: Set<Site.Kind>

    init(_ model: Decoder, _ sites: Set<StateSite>, _ layers: Set<Int>, _ position: StatePosition) {
        (self.model, self.position, self.layers) = (model, position, layers.sorted())
        self.sites = StateSite.allCases.filter(sites.contains)
        var kinds: Set<Site.Kind> = layers.contains(model.layers) ? [.residualFinal] : []
        if sites.contains(.residual) { kinds.insert(.residual) }
        if sites.contains(.head) { kinds.insert(.headOutput) }
        if sites.contains(.mlp) { kinds.insert(.feedForwardOutput) }
        self.kinds = kinds
    }

    /// The layers that a site has among those that are read.
    func layers(of site: StateSite) -> [Int] {
        site == .residual ? layers : layers.filter { $0 < model.layers }
    }

    func rows(of sequences: [[Int32]]) -> [Row] {
        let batch = Batch(sequences.map { TokenSequence(ids: $0, supervised: $0.map { _ in false }) })
        let (spans, position) = (batch.packing.sequences, position)
        let seen = model.capture(kinds, layers: Set(layers), of: batch) { x in
            let flat = x.reshaped([x.shape.axes[0], x.elements.count / x.shape.axes[0]])
            return position == .last ? flat.rows(spans.map { $0.upperBound - 1 }) : flat
        }
        func cut(_ x: Tensor) -> [[Float]] {
            let width = x.shape.matrix.columns
            return spans.enumerated().map { place, span in
                let rows = position == .last ? place..<place + 1 : span
                let values = x.elements[rows.lowerBound * width..<rows.upperBound * width]
                return position == .mean ? mean(Swift.Array(values), width: width) : Swift.Array(values)
            }
        }
        var result = spans.map { Row(count: position == .all ? $0.count : 1) }
        for site in sites {
            let parts = layers(of: site).compactMap { seen[place(site, $0)].map(cut) }
            for text in result.indices { result[text].sites[site] = parts.map { $0[text] } }
        }
        if let last = seen[Site(.residualFinal, layer: model.layers)] {
            for (text, values) in cut(model.normed(last)).enumerated() { result[text].final = values }
        }
        return result
    }

    private func place(_ site: StateSite, _ layer: Int) -> Site {
        switch site {
        case .residual: Site(layer == model.layers ? .residualFinal : .residual, layer: layer)
        case .head: Site(.headOutput, layer: layer)
        case .mlp: Site(.feedForwardOutput, layer: layer)
        }
    }

    func states(_ rows: [Row], _ texts: [States.Text]) -> States {
        var offsets = [0]
        for row in rows { offsets.append(offsets[offsets.count - 1] + row.count) }
        var arrays: [StateSite: States.Array] = [:]
        for site in sites {
            let shape = site == .head ? [model.heads, model.dHead] : [model.dModel]
            let width = shape.reduce(1, *)
            // Each text has its rows layer by layer; the file has each row's layers together.
            let values = rows.flatMap { row -> [Float] in
                let layers = row.sites[site] ?? []
                return (0..<row.count).flatMap { i in layers.flatMap { $0[i * width..<(i + 1) * width] } }
            }
            arrays[site] = States.Array(
                shape: [offsets[rows.count], layers(of: site).count] + shape, values: values)
        }
        let final =
            layers.contains(model.layers)
            ? States.Array(shape: [offsets[rows.count], model.dModel], values: rows.flatMap(\.final)) : nil
        return States(
            texts: texts, position: position, layers: layers, sites: arrays, final: final, offsets: offsets)
    }
}

/// The mean of rows.
private func mean(_ values: [Float], width: Int) -> [Float] {
    let count = values.count / width
    return (0..<width).map { column in
        Float((0..<count).reduce(0.0) { $0 + Double(values[$1 * width + column]) } / Double(count))
    }
}
