import Statistics
import HeadActivation
import Reports

/// Signed scores of modules, mean ± standard error over examples, a row for each layer.
func moduleTable(_ modules: ModuleMeasurement, layers: Int) -> Table {
    let pattern = modules.pattern(layers: layers)
    var table = Table([.text("layer")] + modules.names.map { .number($0) })
    for layer in 0..<layers {
        table.add(
            ["L\(layer)"]
                + modules.names.indices.map { signedText(pattern, layer * modules.names.count + $0) })
    }
    return table
}

/// The heads through whose adapter most goes: of each, what goes through base weights and adapter, and how large the
/// change of its weights is.
func adapterTable(_ shares: [AdapterMeasurement], count: Int) -> Table {
    var table = Table([
        .text("projection"), .text("head"), .number("adapter ± s.e."), .number("base ± s.e."),
        .number("adapter's share"), .number("‖ΔW‖"), .number("effective rank"),
    ])
    let figures = shares.flatMap(adapterFigures).sorted {
        ($0.adapter.activation, $1.place) > ($1.adapter.activation, $0.place)
    }
    for figure in figures.prefix(count) {
        table.add([
            figure.projection, "L\(figure.layer).\(figure.isShared ? "KV" : "H")\(figure.head)",
            figure.adapter.text, figure.base.text, percent(figure.share),
            significant(figure.norm), fixed(figure.effectiveRank, decimals: 2),
        ])
    }
    return table
}

/// What goes through each projection of all layers together: of the sizes of its heads' scores, the adapter's share.
func adapterSummary(_ shares: [AdapterMeasurement]) -> Table {
    var table = Table([
        .text("projection"), .number("heads"), .number("adapter's share"), .number("mean ‖ΔW‖"),
        .number("mean effective rank"),
    ])
    for share in shares {
        let figures = adapterFigures(share)
        let adapter = figures.reduce(0) { $0 + $1.adapter.activation }
        let base = figures.reduce(0) { $0 + $1.base.activation }
        let changed = figures.filter { $0.norm > 0 }
        func mean(_ value: (AdapterFigure) -> Double) -> Double? {
            changed.isEmpty ? nil : changed.reduce(0) { $0 + value($1) } / Double(changed.count)
        }
        table.add([
            share.projection, "\(figures.count)",
            percent(adapter + base > 0 ? adapter / (adapter + base) : nil),
            significant(mean(\.norm)), fixed(mean(\.effectiveRank), decimals: 2),
        ])
    }
    return table
}

/// A score's size, mean and standard error over examples.
struct SignedFigure {
    let activation, signed, standardError: Double

    init(_ pattern: Pattern, _ place: Int) {
        activation = Double(pattern.activation[place])
        signed = Double(pattern.signed[place])
        standardError = Double(pattern.standardError[place])
    }

    var text: String { "\(significant(signed)) ± \(significant(standardError, digits: 2))" }
}

/// One head of a projection with an adapter.
struct AdapterFigure {
    let projection: String
    let isShared: Bool
    let place, layer, head: Int
    let base, adapter: SignedFigure
    let norm, effectiveRank: Double

    /// The adapter's part of the mean sizes of both; nil where both are nothing.
    var share: Double? {
        let whole = base.activation + adapter.activation
        return whole > 0 ? adapter.activation / whole : nil
    }
}

/// Every head of a projection.
func adapterFigures(_ share: AdapterMeasurement) -> [AdapterFigure] {
    let (base, adapter) = (share.basePattern, share.adapterPattern)
    return share.norm.indices.map { place in
        AdapterFigure(
            projection: share.projection, isShared: ["k", "v"].contains(share.projection), place: place,
            layer: base.grid.place(place).layer, head: base.grid.place(place).head,
            base: SignedFigure(base, place),
            adapter: SignedFigure(adapter, place), norm: Double(share.norm[place]),
            effectiveRank: Double(share.effectiveRank[place]))
    }
}

private func signedText(_ pattern: Pattern, _ place: Int) -> String { SignedFigure(pattern, place).text }
