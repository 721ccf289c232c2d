import Kernels
import Tensor

/// Keys and values of a sequence's earlier positions, layer by layer.
public struct KeyValueCache: Sendable {
    private var keys: [[Float]]
    private var values: [[Float]]
    /// The number of positions that every layer has.
    public private(set) var positions = 0

    /// A cache of nothing, for a model of this many layers.
    public init(layers: Int) {
        keys = Array(repeating: [], count: layers)
        values = keys
    }

    /// Adds the keys and values of new positions, and returns all of them: [key, keyValueHead, dHead].
    mutating func append(_ k: Tensor, _ v: Tensor, layer: Int) -> (k: Tensor, v: Tensor) {
        let (added, heads, dHead) = k.shape.heads
        keys[layer] += k.elements
        values[layer] += v.elements
        let shape: Shape = [positions + added, heads, dHead]
        return (Tensor(keys[layer], shape: shape), Tensor(values[layer], shape: shape))
    }

    /// Counts positions that all layers have been given.
    mutating func advance(by count: Int) { positions += count }
}
