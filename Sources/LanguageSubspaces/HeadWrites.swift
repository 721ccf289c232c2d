import Kernels
import Tensor
public import Transformers

/// What each head writes of a language into the residual stream, at a text's last token.
///
/// A head's write is W_O·z, through the norm that some families have there. It is a term of the stream, so its product with Δ_l,
/// over ‖Δ_l‖², is its part in the expression of language l: the parts of all heads, feed-forward layers and the embedding,
/// less those of the central language's texts, add up to 1.
public struct HeadWrites: Sendable {
    /// The parts of each text: [text][layer × head].
    public let heads: [[Float]]
    /// The parts of the feed-forward layers: [text][layer].
    public let feedForwards: [[Float]]
    /// The part of what enters the first layer: [text].
    public let embedding: [Float]
}

/// Reads what heads write along some directions, in one pass over the texts.
///
/// - Parameters:
///   - model: the model.
///   - sequences: the tokens of each text.
///   - directions: Δ of the residual stream, none of them 0: [direction][d].
///   - layers: how many layers are looked at; the directions are of what leaves the last of them.
/// - Returns: the writes along each direction.
nonisolated(nonsending) public func headWrites(
    of model: Decoder, on sequences: [[Int32]], along directions: [[Double]], layers: Int, packTokens: Int,
    workers: Int, progress: (_ texts: Int, _ tokens: Int) -> Void = { _, _ in }
) async -> [HeadWrites] {
    let units = directions.map { direction in
        let square = dot(direction, direction)
        return direction.map { Float($0 / square) }
    }
    var found = [[WritesOfText]?](repeating: nil, count: sequences.count)
    await Packs(lengths: sequences.map(\.count), tokens: packTokens).forEach(workers: workers) { members in
        writes(of: model, on: members.map { sequences[$0] }, units, layers)
    } deliver: { members, writes in
        for (member, one) in zip(members, writes) { found[member] = one }
        progress(members.count, members.reduce(0) { $0 + sequences[$1].count })
    }
    let all = found.compactMap(\.self)
    return units.indices.map { place in
        HeadWrites(
            heads: all.map { $0[place].heads }, feedForwards: all.map { $0[place].feedForwards },
            embedding: all.map { $0[place].embedding })
    }
}

private struct WritesOfText: Sendable {
    var heads: [Float] = []
    var feedForwards: [Float] = []
    var embedding: Float = 0
}

/// The writes of one pack's texts along each direction: [text][direction].
private func writes(
    of model: Decoder, on sequences: [[Int32]], _ units: [[Float]], _ layers: Int
) -> [[WritesOfText]] {
    let batch = Batch(sequences.map { TokenSequence(ids: $0, supervised: $0.map { _ in false }) })
    let ends = batch.packing.sequences.map { $0.upperBound - 1 }
    let seen = model.capture(
        [.residual, .headOutput, .outputProjection, .attentionOutput, .feedForwardOutput],
        layers: Set(0..<layers), of: batch
    ) { x in x.reshaped([x.shape.axes[0], x.elements.count / x.shape.axes[0]]).rows(ends) }
    var result = sequences.map { _ in units.map { _ in WritesOfText() } }
    for layer in 0..<layers {
        guard let z = seen[Site(.headOutput, layer: layer)],
            let made = seen[Site(.feedForwardOutput, layer: layer)],
            let read = seen[Site(.outputProjection, layer: layer)],
            let added = seen[Site(.attentionOutput, layer: layer)]
        else { continue }
        let projection = model.blocks[layer].attention.output
        let (width, d, dHead) = (projection.inputs, projection.outputs, projection.inputs / model.heads)
        let weight = Weight.tensor(projection.effectiveWeight)
        for (place, unit) in units.enumerated() {
            // A norm of what attention adds is a factor on each coordinate, once its root mean square is known.
            let directions = Tensor(
                read.elements.indices.map { i in
                    let before = read.elements[i]
                    return before == 0 ? 0 : unit[i % d] * added.elements[i] / before
                }, shape: read.shape)
            let byInputs =
                projection.isTransposed ? directions.linear(weight) : directions.multiplied(by: weight)
            let products = zip(z.elements, byInputs.elements).map { $0 * $1 }
            for text in result.indices {
                result[text][place].heads += (0..<model.heads).map { head in
                    let start = text * width + head * dHead
                    return products[start..<start + dHead].reduce(0, +)
                }
                result[text][place].feedForwards.append(product(made, row: text, unit))
                if layer == 0, let entering = seen[Site(.residual, layer: 0)] {
                    result[text][place].embedding = product(entering, row: text, unit)
                }
            }
        }
    }
    return result
}

/// The product of a row with a direction.
private func product(_ x: Tensor, row: Int, _ direction: [Float]) -> Float {
    let d = direction.count
    return dot(Array(x.elements[row * d..<(row + 1) * d]), direction)
}
