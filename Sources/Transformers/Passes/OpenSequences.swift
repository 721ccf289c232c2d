import Kernels
import Tensor

/// Sequences that are being continued, one token of each per pass, with their KV cache.
struct OpenSequences {
    let model: Decoder
    /// What each sequence began with.
    private(set) var prompts: [Prompt]
    /// The tokens that each got since.
    private(set) var made: [[Int32]]
    private var cache: KeyValueCache

    init(_ model: Decoder, _ prompts: [Prompt]) {
        (self.model, self.prompts) = (model, prompts)
        made = prompts.map { _ in [] }
        cache = KeyValueCache(layers: model.layers, sequences: prompts.count)
    }

    var count: Int { prompts.count }

    /// The logits after each sequence: [sequence · vocabulary]. What is in the cache is not computed again.
    mutating func logits() -> [Float] {
        for row in prompts.indices {
            let (kept, length) = (cache.positions[row], prompts[row].ids.count + made[row].count)
            if model.rotary.contains(where: { $0.changes(from: kept, to: length) }) { cache.forget(row) }
        }
        let isNew = cache.positions.map { $0 == 0 }
        let next = prompts.indices.map { row in
            isNew[row]
                ? prompts[row].ids + made[row]
                : Array(made[row].dropFirst(cache.positions[row] - prompts[row].ids.count))
        }
        return model.logits(
            next: next, masks: prompts.contains { $0.mask != .causal } ? prompts.map(\.mask) : [],
            vectors: zip(prompts, isNew).map { $1 ? $0.vectors : nil }, &cache
        ).elements
    }

    /// Continues sequences by a token each, in this order. One may be continued in several ways: they share what it
    /// was computed from. Others are dropped.
    mutating func advance(_ choices: [(sequence: Int, token: Int32)]) {
        let chosen = choices.map(\.sequence)
        if chosen != Array(prompts.indices) {
            cache = cache.sequences(chosen)
            prompts = chosen.map { prompts[$0] }
            made = chosen.map { made[$0] }
        }
        for (row, choice) in choices.enumerated() { made[row].append(choice.token) }
    }
}
