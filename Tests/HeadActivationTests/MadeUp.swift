import Kernels
import Foundation
import HeadActivation

/// Random numbers of a normal distribution, the same on every run.
struct Normal {
    private var generator: SeededGenerator

    init(_ seed: Int) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> Double {
        let u = Double.random(in: 1e-12..<1, using: &generator)
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }

    /// Numbers of a heavy-tailed distribution around 1, as activations of heads are.
    mutating func logNormal(_ count: Int, sigma: Double = 0.75) -> [Double] {
        (0..<count).map { _ in exp(sigma * next()) }
    }
}

/// A measurement whose examples scatter about given mean scores: [layer, head] with 10 heads a layer.
func measured(
    _ task: String, at checkpoint: String = "base", _ means: [Double], examples: Int = 60,
    noise: Double = 0.3,
    seed: Int, ids: String = "e", provenance: Provenance = tinyProvenance
) -> HeadMeasurement {
    var normal = Normal(seed)
    let signed = (0..<examples).flatMap { _ in means.map { Float($0 * (1 + noise * normal.next())) } }
    return HeadMeasurement(
        task: task, checkpoint: checkpoint, layers: means.count / 10, heads: 10, signed: signed,
        loss: [Float](repeating: 1, count: examples), ids: (0..<examples).map { "\(ids)\($0)" },
        tokens: (0..<examples).map { Int32(20 + $0) }, supervisedTokens: (0..<examples).map { Int32(5 + $0) },
        provenance: provenance)
}
