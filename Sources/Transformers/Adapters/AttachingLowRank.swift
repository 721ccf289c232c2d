import Kernels
import Tensor

extension Decoder {
    /// Attaches a new LoRA pair to each target projection, replacing any existing pair. The model computes
    /// the same as before: `b` is zero, `a` is uniform in ±1/√in, drawn by the seed and the projection's
    /// path.
    ///
    /// - Parameters:
    ///   - rank: The rank of each pair; above 0.
    ///   - alpha: LoRA alpha: the pair is scaled by alpha / rank, or by alpha / √rank with rsLoRA.
    ///   - targets: Ends of the projections' names; `all-linear` alone for every projection; nil for PEFT's
    ///     default targets of the family.
    ///   - dropout: Dropout probability on the pair's inputs, from 0 to below 1.
    ///   - isRankStabilized: Whether to scale by rsLoRA: alpha / √rank.
    ///   - seed: Random seed of `a`.
    /// - Throws: An error with the existing names if no projection's name ends like a target.
    /// - Source: Hu et al. 2021, section 4.1; PEFT's initialization, Kaiming-uniform with a = √5.
    public mutating func attachLowRank(
        rank: Int, alpha: Float, targets: [String]? = nil, dropout: Float = 0, isRankStabilized: Bool = false,
        seed: Int
    ) throws(ModelError) {
        precondition(rank > 0 && 0 <= dropout && dropout < 1, "rank \(rank), dropout \(dropout)")
        let targets = targets ?? defaultTargets
        let all = targets == ["all-linear"]
        let scale = alpha / (isRankStabilized ? Float(rank).squareRoot() : Float(rank))
        var unmatched = Set(all ? [] : targets)
        var adapted = self
        adapted.visitProjections { path, projection in
            let module = moduleName(path)
            let matching = targets.filter { module == $0 || module.hasSuffix(".\($0)") }
            unmatched.subtract(matching)
            guard all || !matching.isEmpty else { return }
            projection.adapter = LowRank(
                a: Tensor(
                    start(rank, projection.inputs, seed: seed, path: module),
                    shape: [rank, projection.inputs]),
                b: Tensor(repeating: 0, shape: [projection.outputs, rank]), scale: scale, dropout: dropout,
                path: module)
        }
        if let name = unmatched.min() { throw .target(name: name, available: projectionNames) }
        self = adapted
    }
}

extension Decoder {
    /// Takes the LoRA pairs off the blocks below one.
    public mutating func removeLowRank(below block: Int) {
        for index in 0..<min(block, blocks.count) {
            blocks[index].visitProjections { $0.adapter = nil }
        }
    }
}

/// Uniform in ±1/√columns, by a seed and a path alone.
private func start(_ rows: Int, _ columns: Int, seed: Int, path: String) -> [Float] {
    let stream = path.utf8.reduce(5381) { $0 &* 33 &+ Int($1) }
    var generator = SeededGenerator(seed: seed, stream: stream)
    let bound = 1 / Float(columns).squareRoot()
    return (0..<rows * columns).map { _ in Float.random(in: -bound...bound, using: &generator) }
}
