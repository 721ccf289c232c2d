import Tensor

extension Decoder {
    /// Continues a sequence with the most likely token each time, until one of `ends` or `limit` tokens.
    ///
    /// - Parameter onToken: Sees each new token as it is made, the end not included; answers whether to go on.
    /// - Returns: The new tokens, the end not included.
    public func greedy(
        _ prompt: [Int32], limit: Int, ends: Set<Int32>, onToken: (Int32) -> Bool = { _ in true }
    ) -> [Int32] {
        generate(prompt, limit: limit, ends: ends, onToken: onToken) { logits in
            logits.indices.max { (logits[$0], $1) < (logits[$1], $0) } ?? 0  // the first of equals
        }
    }

    /// Continues a sequence with tokens drawn from softmax(logits / temperature).
    public func sample(
        _ prompt: [Int32], limit: Int, ends: Set<Int32>, temperature: Float,
        using generator: inout some RandomNumberGenerator, onToken: (Int32) -> Bool = { _ in true }
    ) -> [Int32] {
        precondition(temperature > 0, "a temperature of \(temperature)")
        return generate(prompt, limit: limit, ends: ends, onToken: onToken) { logits in
            let scaled = Tensor(logits.map { $0 / temperature }, shape: [1, logits.count])
            let p = scaled.softmax().elements
            var rest = Float.random(in: 0..<1, using: &generator)
            for id in p.indices {
                rest -= p[id]
                if rest < 0 { return id }
            }
            return p.count - 1
        }
    }

    private func generate(
        _ prompt: [Int32], limit: Int, ends: Set<Int32>, onToken: (Int32) -> Bool, choose: ([Float]) -> Int
    ) -> [Int32] {
        precondition(!prompt.isEmpty, "nothing to continue")
        var cache = KeyValueCache(layers: layers)
        var (next, made) = (prompt, [Int32]())
        while made.count < limit && cache.positions + next.count <= contextLength {
            if rotary.contains(where: { $0.changes(from: cache.positions, to: cache.positions + next.count) })
            {
                cache = KeyValueCache(layers: layers)
                next = prompt + made
            }
            let id = Int32(choose(logits(next: next, &cache).elements))
            if ends.contains(id) { break }
            made.append(id)
            if !onToken(id) { break }
            next = [id]
        }
        return made
    }
}
