import Kernels
import Tensor

/// A prompt and what might follow it, as tokens.
public struct Continuations: Sendable {
    /// The prompt; at least a token.
    public let prompt: [Int32]
    /// What might follow; each at least a token.
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

    /// Tokens that a pass computes when the prompt is computed once.
    var tokenCount: Int { options.reduce(prompt.count) { $0 + $1.count } }
}

extension Decoder {
    /// −log p of each token of each continuation, in nats: [prompt][option][token].
    ///
    /// Each prompt is computed once, and what all prompts begin with once for all. All but a prompt's last token is
    /// kept as keys and values; then the last one, followed by an option, is computed for every option of every prompt
    /// in one pass. Where a model's rotation depends on a sequence's length, nothing is shared.
    public func tokenLosses(of continuations: [Continuations]) -> [[[Float]]] {
        tokenLosses(of: continuations, after: commonStart(of: continuations))
    }

    /// What all prompts begin with, the last token of each left out, as keys and values of one sequence.
    private func commonStart(of continuations: [Continuations]) -> KeyValueCache {
        var cache = KeyValueCache(layers: layers)
        guard var start = continuations.first?.prompt.dropLast(), continuations.allSatisfy(canShare) else {
            return cache
        }
        for one in continuations {
            start = start.prefix(zip(start, one.prompt.dropLast()).prefix { $0 == $1 }.count)
        }
        if !start.isEmpty { _ = stream(next: [Array(start)], rows: [0], &cache) }
        return cache
    }

    /// Whether keys of a prompt can serve all its options.
    private func canShare(_ one: Continuations) -> Bool { rotary.allSatisfy { $0.isSame(upTo: one.longest) } }

    private func tokenLosses(of continuations: [Continuations], after start: KeyValueCache) -> [[[Float]]] {
        let canShare = continuations.map(canShare)
        let done = start.positions[0]
        let kept = zip(continuations, canShare).map { $1 ? Array($0.prompt[done...].dropLast()) : [] }
        var cache = start.sequences(kept.map { _ in 0 })
        if kept.contains(where: { !$0.isEmpty }) { _ = stream(next: kept, rows: [0], &cache) }
        let owners = continuations.indices.flatMap { owner in
            continuations[owner].options.map { _ in owner }
        }
        cache = cache.sequences(owners)
        let targets = continuations.flatMap(\.options)
        // An option's last token predicts nothing, but counts where a sequence's length matters.
        let next = zip(owners, targets).map { owner, option in
            continuations[owner].prompt[(done + kept[owner].count)...]
                + (canShare[owner] ? option.dropLast() : option[...])
        }
        let starts = Packing(lengths: next.map(\.count)).starts
        let rows = zip(owners, zip(starts, targets)).flatMap { owner, option in
            let first = option.0 + continuations[owner].prompt.count - done - kept[owner].count - 1
            return first..<first + option.1.count
        }
        let x = norm(stream(next: next.map(Array.init), rows: rows, &cache))
        let losses = losses(of: x, targets.flatMap(\.self))
        var rest = losses.elements[...]
        return continuations.map { one in
            one.options.map { option in
                defer { rest = rest.dropFirst(option.count) }
                return Array(rest.prefix(option.count))
            }
        }
    }

    /// The same for many prompts, by workers that take packs of them.
    ///
    /// - Parameters:
    ///   - packTokens: Tokens a pack; memory grows with it.
    ///   - progress: Sees the number of prompts and tokens of each finished pack.
    nonisolated(nonsending) public func tokenLosses(
        of continuations: [Continuations], packTokens: Int, workers: Int,
        progress: (_ prompts: Int, _ tokens: Int) -> Void = { _, _ in }
    ) async -> [[[Float]]] {
        var losses = [[[Float]]](repeating: [], count: continuations.count)
        let start = commonStart(of: continuations)
        let own = continuations.map { $0.tokenCount - start.positions[0] }
        await Packs(lengths: own, tokens: packTokens).forEach(workers: workers) { members in
            tokenLosses(of: members.map { continuations[$0] }, after: start)
        } deliver: { members, results in
            for (member, result) in zip(members, results) { losses[member] = result }
            progress(members.count, members.reduce(0) { $0 + own[$1] })
        }
        return losses
    }
}
