/// What a file holds of a measurement, without its scores.
public struct MeasurementSummary: Sendable, Equatable {
    /// What the data asks of the model.
    public let task: String
    /// Which state of the model.
    public let checkpoint: String
    /// The number of examples.
    public let examples: Int
    /// The number of layers.
    public let layers: Int
    /// The number of query heads of a layer.
    public let heads: Int
    /// What it was made from.
    public let provenance: Provenance
}

extension HeadMeasurement {
    /// The measurement without its scores.
    public var summary: MeasurementSummary {
        MeasurementSummary(
            task: task, checkpoint: checkpoint, examples: examples, layers: layers, heads: heads,
            provenance: provenance)
    }
}
