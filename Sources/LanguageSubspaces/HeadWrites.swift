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

/// Reads what heads write along a direction.
///
/// - Parameters:
///   - model: the model.
///   - sequences: the tokens of each text.
///   - direction: Δ of the residual stream, not 0: [d].
///   - layers: how many layers are looked at; the direction is of what leaves the last of them.
nonisolated(nonsending) public func headWrites(
    of model: Decoder, on sequences: [[Int32]], along direction: [Double], layers: Int, packTokens: Int,
    workers: Int, progress: (_ texts: Int, _ tokens: Int) -> Void = { _, _ in }
) async -> HeadWrites {
    let square = dot(direction, direction)
    let unit = direction.map { Float($0 / square) }
    var found = [WritesOfText?](repeating: nil, count: sequences.count)
    await Packs(lengths: sequences.map(\.count), tokens: packTokens).forEach(workers: workers) { members in
        writes(of: model, on: members.map { sequences[$0] }, unit, layers)
    } deliver: { members, writes in
        for (member, one) in zip(members, writes) { found[member] = one }
        progress(members.count, members.reduce(0) { $0 + sequences[$1].count })
    }
    let all = found.compactMap(\.self)
    return HeadWrites(
        heads: all.map(\.heads), feedForwards: all.map(\.feedForwards), embedding: all.map(\.embedding))
}

private struct WritesOfText: Sendable {
    var heads: [Float] = []
    var feedForwards: [Float] = []
    var embedding: Float = 0
}

/// The writes of one pack's texts.
private func writes(
    of model: Decoder, on sequences: [[Int32]], _ unit: [Float], _ layers: Int
) -> [WritesOfText] {
    let batch = Batch(sequences.map { TokenSequence(ids: $0, supervised: $0.map { _ in false }) })
    let ends = batch.packing.sequences.map { $0.upperBound - 1 }
    let seen = model.capture(
        [.residual, .headOutput, .outputProjection, .attentionOutput, .feedForwardOutput],
        layers: Set(0..<layers), of: batch
    ) { x in x.reshaped([x.shape.axes[0], x.elements.count / x.shape.axes[0]]).rows(ends) }
    var result = [WritesOfText](repeating: WritesOfText(), count: sequences.count)
    for layer in 0..<layers {
        guard let z = seen[Site(.headOutput, layer: layer)],
            let made = seen[Site(.feedForwardOutput, layer: layer)],
            let read = seen[Site(.outputProjection, layer: layer)],
            let added = seen[Site(.attentionOutput, layer: layer)]
        else { continue }
        let projection = model.blocks[layer].attention.output
        let (width, d) = (projection.inputs, projection.outputs)
        // A norm of what attention adds is a factor on each coordinate, once its root mean square is known.
        let directions = Tensor(
            read.elements.indices.map { place in
                let before = read.elements[place]
                return before == 0 ? 0 : unit[place % d] * added.elements[place] / before
            }, shape: read.shape)
        let weight = Weight.tensor(projection.effectiveWeight)
        let byInputs =
            projection.isTransposed ? directions.linear(weight) : directions.multiplied(by: weight)
        let products = zip(z.elements, byInputs.elements).map { $0 * $1 }
        let dHead = width / model.heads
        for text in result.indices {
            result[text].heads += (0..<model.heads).map { head in
                let start = text * width + head * dHead
                return products[start..<start + dHead].reduce(0, +)
            }
            result[text].feedForwards.append(
                (0..<d).reduce(Float(0)) { $0 + made.elements[text * d + $1] * unit[$1] })
        }
        if layer == 0, let entering = seen[Site(.residual, layer: 0)] {
            for text in result.indices {
                result[text].embedding = (0..<d).reduce(Float(0)) {
                    $0 + entering.elements[text * d + $1] * unit[$1]
                }
            }
        }
    }
    return result
}
