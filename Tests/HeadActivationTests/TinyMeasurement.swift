import HeadActivation

/// A measurement of made-up scores.
func tinyMeasurement(
    task: String = "gsm8k", checkpoint: String = "base", examples: Int = 4, layers: Int = 2, heads: Int = 3,
    seed: Int = 1
) -> HeadMeasurement {
    var state = UInt64(seed)
    func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
    }
    return HeadMeasurement(
        task: task, checkpoint: checkpoint, layers: layers, heads: heads,
        signed: (0..<examples * layers * heads).map { _ in next() }, loss: (0..<examples).map { _ in next() },
        ids: (0..<examples).map { "äöü-\($0)" }, tokens: (0..<examples).map { Int32($0 + 10) },
        supervisedTokens: (0..<examples).map { Int32($0 + 1) }, provenance: tinyProvenance)
}

let tinyProvenance = Provenance(
    model: "models/tiny ∂", modelSHA256: "ab", adapter: "adapters/a", data: "data.jsonl", dataSHA256: "cd",
    templateSHA256: nil, method: "gate", reduction: "example-mean", precision: "fp32", seed: -7,
    toolVersion: "0.1.0", created: "2025-01-02T03:04:05Z")
