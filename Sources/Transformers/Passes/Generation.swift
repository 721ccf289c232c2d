import Kernels
import Tensor

extension Decoder {
    /// Greedy decoding of a sequence, until one of `ends` or `limit` tokens.
    ///
    /// - Parameter onToken: Called with each new token, without the end token; returns whether to continue.
    /// - Returns: The new tokens, without the end token.
    public func greedy(
        _ prompt: [Int32], limit: Int, ends: Set<Int32>, onToken: (Int32) -> Bool = { _ in true }
    ) -> [Int32] {
        generate([prompt], limit: limit, ends: ends, onToken: onToken, choose: mostLikely)[0]
    }

    /// Greedy decoding of several sequences, one token of each per pass.
    ///
    /// A pass reads every weight once however many sequences there are, so several cost little more than one.
    /// Logits differ from those of a single sequence by rounding, so nearly equal logits may be ordered
    /// differently.
    ///
    /// - Returns: The new tokens of each, the end not included.
    public func greedy(_ prompts: [[Int32]], limit: Int, ends: Set<Int32>) -> [[Int32]] {
        generate(prompts, limit: limit, ends: ends, onToken: { _ in true }, choose: mostLikely)
    }

    /// Sampling: continues a sequence with tokens drawn from softmax(logits / temperature).
    public func sample(
        _ prompt: [Int32], limit: Int, ends: Set<Int32>, temperature: Float,
        using generator: inout some RandomNumberGenerator, onToken: (Int32) -> Bool = { _ in true }
    ) -> [Int32] {
        precondition(temperature > 0, "a temperature of \(temperature)")
        return generate([prompt], limit: limit, ends: ends, onToken: onToken) { _, logits in
            drawn(logits, temperature: temperature, topP: 1, using: &generator)
        }[0]
    }

    /// Sampling of several sequences, one token of each per pass, with nucleus sampling (`topP`).
    ///
    /// - Parameter generators: One per sequence, so that its tokens do not depend on the other sequences.
    /// - Returns: The new tokens of each, the end not included.
    public func sample<Generator: RandomNumberGenerator>(
        _ prompts: [[Int32]], limit: Int, ends: Set<Int32>, temperature: Float, topP: Float,
        using generators: inout [Generator]
    ) -> [[Int32]] {
        precondition(temperature > 0 && topP > 0, "a temperature of \(temperature), top-p \(topP)")
        precondition(generators.count == prompts.count, "\(generators.count) generators for \(prompts.count)")
        return generate(prompts, limit: limit, ends: ends, onToken: { _ in true }) { prompt, logits in
            drawn(logits, temperature: temperature, topP: topP, using: &generators[prompt])
        }
    }

    private func generate(
        _ prompts: [[Int32]], limit: Int, ends: Set<Int32>, onToken: (Int32) -> Bool,
        choose: (_ prompt: Int, _ logits: ArraySlice<Float>) -> Int
    ) -> [[Int32]] {
        precondition(prompts.allSatisfy { !$0.isEmpty }, "nothing to continue")
        var made = [[Int32]](repeating: [], count: prompts.count)
        func hasRoom(_ sequence: Int) -> Bool {
            made[sequence].count < limit && prompts[sequence].count + made[sequence].count <= contextLength
        }
        var open = prompts.indices.filter(hasRoom)  // the prompts that the cache's sequences continue
        var cache = KeyValueCache(layers: layers, sequences: open.count)
        var next = open.map { prompts[$0] }
        while !open.isEmpty {
            for row in open.indices where keysChange(cache.positions[row], adding: next[row].count) {
                cache.forget(row)
                next[row] = prompts[open[row]] + made[open[row]]
            }
            let logits = logits(next: next, &cache).elements
            let going = open.indices.filter { row in
                let id = Int32(choose(open[row], logits[row * vocabulary..<(row + 1) * vocabulary]))
                if ends.contains(id) { return false }
                made[open[row]].append(id)
                return onToken(id) && hasRoom(open[row])
            }
            if going.count < open.count { cache = cache.sequences(going) }
            open = going.map { open[$0] }
            next = open.map { made[$0].suffix(1) }
        }
        return made
    }

    /// Whether the KV cache is invalid for the longer sequence.
    private func keysChange(_ kept: Int, adding new: Int) -> Bool {
        rotary.contains { $0.changes(from: kept, to: kept + new) }
    }
}

/// A token drawn from softmax(logits / temperature), restricted to the nucleus of `topP`.
private func drawn(
    _ logits: ArraySlice<Float>, temperature: Float, topP: Float,
    using generator: inout some RandomNumberGenerator
) -> Int {
    let p = softmax(logits.map { $0 / temperature }, rowLength: logits.count)
    var (order, whole) = (Array(p.indices), Float(1))
    if topP < 1 {
        order.sort { (p[$1], $0) < (p[$0], $1) }
        whole = 0
        order = Array(
            order.prefix { id in
                defer { whole += p[id] }
                return whole < topP
            })
        whole = order.reduce(0) { $0 + p[$1] }
    }
    var rest = Float.random(in: 0..<1, using: &generator) * whole
    for id in order {
        rest -= p[id]
        if rest < 0 { return id }
    }
    return order[order.count - 1]
}

/// The first of the largest.
private func mostLikely(_ prompt: Int, _ logits: ArraySlice<Float>) -> Int {
    var best = logits.startIndex
    for id in logits.indices where logits[id] > logits[best] { best = id }
    return best - logits.startIndex
}
