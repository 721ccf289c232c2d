import Statistics
import HeadActivation

/// A measurement with the numbers of every head, as `--json` prints it and `export` writes it.
struct MeasurementJSON: Encodable {
    let measurement: PatternJSON.Item
    let activation, activationShare, activationSigned, activationStderr, t: [[PatternJSON.Number]]
    let activationLayerNormalized: [[PatternJSON.Number]]
    let layerShare: [PatternJSON.Number]
    let ids: [String]
    let loss: [PatternJSON.Number]
    let tokens, supervisedTokens: [Int32]
    let modules: Modules?
    let adapter: [AdapterHead]?

    /// Scores of modules, [layer][module].
    struct Modules: Encodable {
        let names: [String]
        let activation, activationSigned, activationStderr: [[PatternJSON.Number]]
    }

    /// What goes through an adapter in one head of a projection.
    struct AdapterHead: Encodable {
        let projection: String
        let layer, head: Int
        let adapterSigned, adapterStderr, baseSigned, baseStderr, adapterShare: PatternJSON.Number
        let norm, effectiveRank: PatternJSON.Number
    }

    init(_ measurement: HeadMeasurement) {
        let pattern = measurement.pattern
        func rows(_ values: [Double]?) -> [[PatternJSON.Number]] {
            (0..<pattern.layers).map { layer in
                pattern.grid.numbers(layer: layer).map { PatternJSON.Number(values?[$0]) }
            }
        }
        self.measurement = PatternJSON.Item(measurement.summary)
        activation = rows(pattern.activation.map { Double($0) })
        activationShare = rows(pattern.normalizedActivation)
        activationSigned = rows(pattern.signed.map { Double($0) })
        activationStderr = rows(pattern.standardError.map { Double($0) })
        t = rows(pattern.tValues.map { Double($0) })
        activationLayerNormalized = rows(
            PatternScale.layer.applied(to: pattern.activation.map { Double($0) }, heads: pattern.heads))
        layerShare = (0..<pattern.layers).map { PatternJSON.Number(pattern.layerProfile?[$0]) }
        ids = measurement.ids
        loss = measurement.loss.map { PatternJSON.Number(Double($0)) }
        (tokens, supervisedTokens) = (measurement.tokens, measurement.supervisedTokens)
        modules = measurement.modules.map { Modules($0, layers: measurement.layers) }
        adapter =
            measurement.adapter.isEmpty
            ? nil : measurement.adapter.flatMap(adapterFigures).map { AdapterHead($0) }
    }
}

extension MeasurementJSON.Modules {
    init(_ modules: ModuleMeasurement, layers: Int) {
        let pattern = modules.pattern(layers: layers)
        func rows(_ values: [Float]) -> [[PatternJSON.Number]] {
            (0..<layers).map { layer in
                pattern.grid.numbers(layer: layer).map { PatternJSON.Number(Double(values[$0])) }
            }
        }
        names = modules.names
        activation = rows(pattern.activation)
        activationSigned = rows(pattern.signed)
        activationStderr = rows(pattern.standardError)
    }
}

extension MeasurementJSON.AdapterHead {
    init(_ figure: AdapterFigure) {
        (projection, layer, head) = (figure.projection, figure.layer, figure.head)
        adapterSigned = PatternJSON.Number(figure.adapter.signed)
        adapterStderr = PatternJSON.Number(figure.adapter.standardError)
        baseSigned = PatternJSON.Number(figure.base.signed)
        baseStderr = PatternJSON.Number(figure.base.standardError)
        adapterShare = PatternJSON.Number(figure.share)
        (norm, effectiveRank) = (PatternJSON.Number(figure.norm), PatternJSON.Number(figure.effectiveRank))
    }
}
