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

    init(_ measurement: HeadMeasurement) {
        let pattern = measurement.pattern
        func rows(_ values: [Double]?) -> [[PatternJSON.Number]] {
            stride(from: 0, to: pattern.activation.count, by: pattern.heads).map { start in
                (start..<start + pattern.heads).map { PatternJSON.Number(values?[$0]) }
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
    }
}
