public import Tensor

/// Prompts, and what might follow each, laid out for passes that compute once what they begin with in common.
///
/// A pass over them can begin at any layer with the stream that enters it, so that models which differ only from some layer
/// on share the layers below:
///
///     let rows = model.rows(of: prompts)
///     var x = model.stream(entering: rows)
///     x = model.stream(x, through: 0, of: rows)
///     let found = changed.reading(rows, resuming: 1, stream: x)
public struct PromptRows: Sendable {
    let input: PassInput
    /// The row of the last token of each prompt: [prompt].
    public let ends: [Int]
    /// The rows that predict each option's tokens, one after the other, and these tokens: [target].
    let predicting: [Int]
    let targets: [Int32]
    /// How many tokens each option of each prompt has: [prompt][option].
    let lengths: [[Int]]

    /// Rows that are computed.
    public var count: Int { input.ids.count }
}

/// What a model makes of prompts.
public struct PromptReading: Sendable {
    /// The stream after the final norm at the last token of each prompt: [prompt, dModel].
    public let final: Tensor
    /// log p of each option's tokens after its prompt, summed, in nats: [prompt][option].
    public let logProbabilities: [[Double]]
}

extension Decoder {
    /// Lays out prompts, each with its options, of which there may be none. What the sequences begin with in common is
    /// computed once, but where rotary embedding depends on their length.
    public func rows(of prompts: [Continuations]) -> PromptRows {
        let asked = prompts.flatMap { one in
            // An option's last token predicts nothing.
            one.options.isEmpty ? [one.prompt] : one.options.map { one.prompt + $0.dropLast() }
        }
        let longest = asked.map(\.count).max() ?? 0
        let isShared = rotary.allSatisfy { $0.isSame(upTo: longest) }
        let laid = SharedStarts(
            asked, alone: asked.map { _ in !isShared }, after: KeyValueCache(layers: layers))
        var (paths, ends, predicting) = (laid.paths[...], [Int](), [Int]())
        for one in prompts {
            let own = paths.prefix(max(1, one.options.count))
            paths = paths.dropFirst(own.count)
            ends.append(own.first?[one.prompt.count - 1] ?? 0)
            for (path, option) in zip(own, one.options) {
                predicting += path[one.prompt.count - 1..<one.prompt.count - 1 + option.count]
            }
        }
        return PromptRows(
            input: PassInput(
                ids: laid.ids, positions: laid.positions, packing: laid.queries, keys: laid.keys),
            ends: ends, predicting: predicting, targets: prompts.flatMap { $0.options.flatMap(\.self) },
            lengths: prompts.map { $0.options.map(\.count) })
    }

    /// The same in packs of about as many tokens; prompts that begin alike are in one pack.
    ///
    /// - Returns: the prompts of each pack, by their index, and their rows.
    public func packedRows(of prompts: [Continuations], tokens: Int) -> [(prompts: [Int], rows: PromptRows)] {
        Packs(of: prompts, after: [], tokens: tokens).members.map { members in
            (members, rows(of: members.map { prompts[$0] }))
        }
    }

    /// The residual stream that enters the first layer: [row, dModel].
    public func stream(entering rows: PromptRows) -> Tensor { entering(rows.input) }

    /// The residual stream that leaves a layer, from that which enters it: [row, dModel] → [row, dModel].
    public func stream(_ x: Tensor, through layer: Int, of rows: PromptRows, tap: Tap = .none) -> Tensor {
        var cache: KeyValueCache?
        return blocks[layer](x, layer: layer, pass(rows.input, tap: tap), rows: nil, cache: &cache)
    }

    /// What the model makes of the prompts, from the residual stream that enters a layer.
    ///
    /// - Parameters:
    ///   - rows: the prompts, laid out by this model or one that differs in its weights alone.
    ///   - layer: the layer to begin at.
    ///   - x: the stream that enters it: [row, dModel].
    ///   - z: the layer's head outputs, as a tap on `.headOutput` sees them: [row, head, dHead]; nil to compute them.
    public func reading(
        _ rows: PromptRows, resuming layer: Int = 0, stream x: Tensor, headOutputs z: Tensor? = nil
    ) -> PromptReading {
        let wanted = rows.ends + rows.predicting
        let pass = pass(rows.input, tap: .none)
        var (x, rest, cache) = (x, layer..<blocks.count, KeyValueCache?.none)
        if let z {
            x = blocks[layer].afterHeads(
                x, z, layer: layer, pass, rows: layer == blocks.count - 1 ? wanted : nil)
            rest = layer + 1..<blocks.count
        }
        let hidden = norm(stream(x, through: rest, pass, rows: wanted, cache: &cache))
        let prompts = Array(rows.ends.indices)
        guard !rows.targets.isEmpty else {
            return PromptReading(final: hidden.rows(prompts), logProbabilities: rows.lengths.map { _ in [] })
        }
        let losses = losses(of: hidden.rows(Array(prompts.count..<wanted.count)), rows.targets).elements
        var left = losses[...]
        let sums = rows.lengths.map { lengths in
            lengths.map { length in
                defer { left = left.dropFirst(length) }
                return -left.prefix(length).reduce(0.0) { $0 + Double($1) }
            }
        }
        return PromptReading(final: hidden.rows(prompts), logProbabilities: sums)
    }
}
