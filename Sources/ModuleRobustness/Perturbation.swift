import Foundation
import Kernels
public import Tensor
public import Transformers

/// How a module's weight W is changed, to see whether a behaviour depends on it.
public enum Perturbation: Sendable {
    /// W ← s·W; 0 removes the module.
    case scale(Double)
    /// W ← W + η·‖W‖/√n·N(0, 1), n the number of its weights, so that the change is about η of its norm.
    case noise(Double)
    /// W ← W + α·ΔW of an adapter, by module; `path` is the adapter's folder.
    case delta(Double, path: String, [String: Tensor])

    /// `scale`, `noise` or `delta`.
    public var name: String {
        switch self {
        case .scale: "scale"
        case .noise: "noise"
        case .delta: "delta"
        }
    }

    /// s, η or α.
    public var strength: Double {
        switch self {
        case .scale(let strength), .noise(let strength), .delta(let strength, _, _): strength
        }
    }

    /// Whether it is drawn, so that several seeds say more than one.
    public var isDrawn: Bool { if case .noise = self { true } else { false } }

    /// The perturbed weight of a module; the bias, where there is one, stays.
    ///
    /// - Parameters:
    ///   - weight: the weight, with an adapter's change where there is one.
    ///   - path: the module's path, which with the seed decides what is drawn.
    ///   - seed: of what is drawn.
    public func applied(to weight: Tensor, path: String, seed: Int) -> Tensor {
        switch self {
        case .scale(let factor): return weight.scaled(by: Float(factor))
        case .delta(let factor, _, let changes):
            return changes[path].map { weight + $0.scaled(by: Float(factor)) } ?? weight
        case .noise(let share):
            let stream = path.utf8.reduce(5381) { $0 &* 33 &+ Int($1) }
            var normal = NormalNumbers(SeededGenerator(seed: seed, stream: stream))
            let norm = sumOfSquares(weight.elements).squareRoot()
            let deviation = Float(share * norm / Double(weight.elements.count).squareRoot())
            return Tensor(weight.elements.map { $0 + deviation * normal.next() }, shape: weight.shape)
        }
    }
}

/// Numbers of the normal distribution, by Box and Muller's method.
private struct NormalNumbers {
    private var generator: SeededGenerator
    private var kept: Float?

    init(_ generator: SeededGenerator) { self.generator = generator }

    mutating func next() -> Float {
        if let kept {
            self.kept = nil
            return kept
        }
        let bits = generator.next()
        // 24 bits each; the first number lies above 0.
        let (u, v) = (Float(bits >> 40) + 1, Float((bits >> 8) & 0xFF_FFFF))
        let radius = (-2 * log(u * 0x1p-24)).squareRoot()
        let angle = 2 * Float.pi * (v * 0x1p-24)
        kept = radius * sin(angle)
        return radius * cos(angle)
    }
}

extension Decoder {
    /// The model with some modules perturbed.
    func perturbed(_ paths: Set<String>, by perturbation: Perturbation, seed: Int) -> Decoder {
        var changed = self
        changed.visitProjections { path, projection in
            guard paths.contains(path) else { return }
            projection.weight = .tensor(
                perturbation.applied(to: projection.effectiveWeight, path: path, seed: seed))
            projection.adapter = nil
        }
        return changed
    }

    /// The change that LoRA pairs make of each module that has one, s·B·A, by path: what `delta` adds.
    public var adapterChanges: [String: Tensor] {
        var (copy, changes) = (self, [String: Tensor]())
        copy.visitProjections { path, projection in
            guard projection.adapter != nil else { return }
            var alone = projection
            alone.weight = .tensor(
                Tensor([Float](repeating: 0, count: alone.weight.shape.count), shape: alone.weight.shape))
            changes[path] = alone.effectiveWeight
        }
        return changes
    }
}
