import Kernels

/// How tokens are drawn: from softmax(logits / temperature), restricted to the most likely ones.
///
/// The restrictions follow one another as in transformers: temperature, top-k, then top-p over what is left.
public struct TokenSampling: Sendable, Hashable {
    /// What logits are divided by; above 0.
    public let temperature: Float
    /// The number of most likely tokens to draw from; 0 for all.
    public let topK: Int
    /// Nucleus sampling: the fewest most likely tokens whose probabilities sum to this; 1 for all.
    ///
    /// - Source: Holtzman et al. 2020, section 3.1.
    public let topP: Float

    /// A temperature, and restrictions where they are given.
    public init(temperature: Float = 1, topK: Int = 0, topP: Float = 1) {
        precondition(
            temperature > 0 && topK >= 0 && topP > 0,
            "a temperature of \(temperature), top-k \(topK), top-p \(topP)")
        (self.temperature, self.topK, self.topP) = (temperature, topK, topP)
    }

    /// A token drawn by the logits of one position.
    func token(of logits: ArraySlice<Float>, using generator: inout some RandomNumberGenerator) -> Int {
        let p = softmax(logits.map { $0 / temperature }, rowLength: logits.count)
        let (order, whole) = candidates(p)
        var rest = Float.random(in: 0..<1, using: &generator) * whole
        for id in order {
            rest -= p[id]
            if rest < 0 { return id }
        }
        return order[order.count - 1]
    }

    /// The tokens that may be drawn, and the sum of their probabilities: all in order of their ids, or the restricted
    /// ones, the most likely first.
    private func candidates(_ p: [Float]) -> (order: [Int], sum: Float) {
        let hasK = (1..<p.count).contains(topK)
        guard topP < 1 || hasK else { return (Array(p.indices), 1) }
        var order: [Int]
        if hasK {
            order = largest(topK, of: p[...])
        } else {
            // Tokens below this bound sum to less than what the nucleus leaves out.
            let least = (1 - topP) / Float(2 * p.count)
            order = p.indices.filter { p[$0] >= least }.sorted { (p[$1], $0) < (p[$0], $1) }
        }
        if topP < 1 {
            let enough = topP * (hasK ? order.reduce(0) { $0 + p[$1] } : 1)
            var sum: Float = 0
            order = Array(
                order.prefix { id in
                    defer { sum += p[id] }
                    return sum < enough
                })
        }
        return (order, order.reduce(0) { $0 + p[$1] })
    }
}

/// The indices of the k largest numbers, the largest first; of equal ones the first.
func largest(_ k: Int, of x: ArraySlice<Float>) -> [Int] {
    var best: [Int] = []
    for index in x.indices where best.count < k || x[index] > x[best[k - 1]] {
        let place = best.firstIndex { x[$0] < x[index] } ?? best.count
        if best.count == k { best.removeLast() }
        best.insert(index, at: place)
    }
    return best
}
