import Kernels
import Tensor

/// A prompt and its possible continuations (options), as tokens.
public struct Continuations: Sendable {
    /// The prompt; at least one token.
    public let prompt: [Int32]
    /// The options; each has at least one token.
    public let options: [[Int32]]

    /// A prompt and what might follow it.
    public init(prompt: [Int32], options: [[Int32]]) {
        precondition(
            !prompt.isEmpty && options.allSatisfy { !$0.isEmpty },
            "a prompt of \(prompt.count) tokens, options of \(options.map(\.count))")
        (self.prompt, self.options) = (prompt, options)
    }

    /// The length of the prompt with its longest option.
    var longest: Int { prompt.count + (options.map(\.count).max() ?? 0) }

    /// The tokens of a pass in which the prompt is computed once.
    var tokenCount: Int { options.reduce(prompt.count) { $0 + $1.count } }
}

extension Decoder {
    /// −log p of each token of each continuation, in nats: [prompt][option][token].
    ///
    /// One pass computes all, and computes shared prefixes of prompts and options once. Nothing is shared
    /// where a model's rotary embedding depends on the sequence length.
    public func tokenLosses(of continuations: [Continuations]) -> [[[Float]]] {
        tokenLosses(of: continuations, after: commonStart(of: continuations).kept).losses
    }

    /// The common prefix of all prompts (without the last token of each), with its keys and values.
    private func commonStart(of continuations: [Continuations]) -> (ids: [Int32], kept: KeyValueCache) {
        var cache = KeyValueCache(layers: layers)
        guard var start = continuations.first?.prompt.dropLast(), continuations.allSatisfy(canShare) else {
            return ([], cache)
        }
        for one in continuations { start = start.prefix(commonLength(start, one.prompt.dropLast())) }
        if !start.isEmpty { _ = logits(next: [Array(start)], &cache) }
        return (Array(start), cache)
    }

    /// Whether the keys of a prompt can be reused for all its options.
    private func canShare(_ one: Continuations) -> Bool { rotary.allSatisfy { $0.isSame(upTo: one.longest) } }

    /// The losses, and the number of tokens that were computed.
    private func tokenLosses(
        of continuations: [Continuations], after start: KeyValueCache
    ) -> (losses: [[[Float]]], computed: Int) {
        // An option's last token predicts nothing, but counts where the sequence length matters.
        let asked = continuations.flatMap { one in
            let alone = !canShare(one)
            return one.options.map { (ids: one.prompt + (alone ? $0[...] : $0.dropLast()), alone: alone) }
        }
        let laid = SharedStarts(asked.map(\.ids), alone: asked.map(\.alone), after: start)
        let all = continuations.flatMap { one in one.options.map { (prompt: one.prompt.count, option: $0) } }
        let rows = zip(laid.paths, all).flatMap { path, one in
            path[one.prompt - 1..<one.prompt - 1 + one.option.count].map { $0 - start.positions[0] }
        }
        let losses = losses(of: hidden(laid, rows: rows), all.flatMap(\.option))
        var rest = losses.elements[...]
        let ordered = continuations.map { one in
            one.options.map { option in
                defer { rest = rest.dropFirst(option.count) }
                return Array(rest.prefix(option.count))
            }
        }
        return (ordered, laid.ids.count)
    }

    /// The same for many prompts, in packs that are distributed over workers.
    ///
    /// - Parameters:
    ///   - continuations: Prompts, each with its options.
    ///   - packTokens: Tokens per pack; memory grows with it.
    ///   - workers: Packs computed at a time.
    ///   - progress: Sees the number of prompts of each finished pack, and of tokens that were computed for them.
    nonisolated(nonsending) public func tokenLosses(
        of continuations: [Continuations], packTokens: Int, workers: Int,
        progress: (_ prompts: Int, _ tokens: Int) -> Void = { _, _ in }
    ) async -> [[[Float]]] {
        var losses = [[[Float]]](repeating: [], count: continuations.count)
        let start = commonStart(of: continuations)
        let packs = Packs(of: continuations, after: start.ids, tokens: packTokens)
        await packs.forEach(workers: workers) { members in
            tokenLosses(of: members.map { continuations[$0] }, after: start.kept)
        } deliver: { members, results in
            for (member, result) in zip(members, results.losses) { losses[member] = result }
            progress(members.count, results.computed)
        }
        return losses
    }
}

extension Packs {
    /// Packs of prompts that share prefixes, so that a pack computes a prefix once. Packs have about equal
    /// sizes, at most about `tokens` tokens without the prefix common to all.
    init(of continuations: [Continuations], after start: [Int32], tokens: Int) {
        let order = continuations.indices.sorted {
            continuations[$0].prompt.lexicographicallyPrecedes(continuations[$1].prompt)
        }
        let before = [start] + order.map { continuations[$0].prompt }
        let own = zip(order, before).map { place, before in
            continuations[place].tokenCount - commonLength(continuations[place].prompt, before)
        }
        let total = own.reduce(0, +)
        let size = max(1, total / Self.count(of: total, tokens: tokens))
        var (packs, room) = ([[Int]](), 0)
        for (place, own) in zip(order, own) {
            if room <= 0 {
                packs.append([])
                room += size
            }
            packs[packs.count - 1].append(place)
            room -= own
        }
        self.init(members: packs)
    }
}
