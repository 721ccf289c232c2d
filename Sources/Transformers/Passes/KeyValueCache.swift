import Kernels
import Tensor

/// A KV cache: keys and values of the earlier positions of some sequences, for each layer.
public struct KeyValueCache: Sendable {
    private var keys: [[[Float]]]  // [layer][sequence]: [key, keyValueHead, dHead]
    private var values: [[[Float]]]
    /// The number of cached positions of each sequence: [sequence].
    public private(set) var positions: [Int]

    /// An empty cache for a model with this many layers.
    public init(layers: Int, sequences: Int = 1) {
        positions = Array(repeating: 0, count: sequences)
        keys = Array(repeating: Array(repeating: [], count: sequences), count: layers)
        values = keys
    }

    /// The cache of these sequences, in this order. A sequence may be named several times, to continue it in
    /// several ways.
    public func sequences(_ indices: [Int]) -> KeyValueCache {
        var chosen = self
        chosen.positions = indices.map { positions[$0] }
        chosen.keys = keys.map { layer in indices.map { layer[$0] } }
        chosen.values = values.map { layer in indices.map { layer[$0] } }
        return chosen
    }

    /// Adds the keys and values of each sequence's new positions, and returns all of each sequence's:
    /// [key, keyValueHead, dHead].
    mutating func append(
        _ k: Tensor, _ v: Tensor, _ packing: Packing, layer: Int
    ) -> [(k: Tensor, v: Tensor)] {
        let (_, heads, dHead) = k.shape.heads
        let width = heads * dHead
        return packing.sequences.enumerated().map { sequence, rows in
            let range = rows.lowerBound * width..<rows.upperBound * width
            keys[layer][sequence] += k.elements[range]
            values[layer][sequence] += v.elements[range]
            let shape: Shape = [positions[sequence] + rows.count, heads, dHead]
            return (
                Tensor(keys[layer][sequence], shape: shape), Tensor(values[layer][sequence], shape: shape)
            )
        }
    }

    /// The first sequence's keys and values of a layer with those of new rows after them: [row, keyValueHead, dHead].
    func followed(by k: Tensor, _ v: Tensor, layer: Int) -> (k: Tensor, v: Tensor) {
        guard positions[0] > 0 else { return (k, v) }
        let (rows, heads, dHead) = k.shape.heads
        let shape: Shape = [positions[0] + rows, heads, dHead]
        return (
            Tensor(keys[layer][0] + k.elements, shape: shape),
            Tensor(values[layer][0] + v.elements, shape: shape)
        )
    }

    /// Adds to the position counts, after all layers have got their keys and values.
    mutating func advance(by packing: Packing) {
        for (sequence, rows) in packing.sequences.enumerated() { positions[sequence] += rows.count }
    }

    /// Empties one sequence.
    mutating func forget(_ sequence: Int) {
        positions[sequence] = 0
        for layer in keys.indices {
            keys[layer][sequence] = []
            values[layer][sequence] = []
        }
    }
}
