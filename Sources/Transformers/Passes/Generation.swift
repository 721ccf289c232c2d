import Kernels
import Tensor

extension Decoder {
    /// Greedy decoding of a sequence, until one of `ends` or `limit` tokens.
    ///
    /// - Parameters:
    ///   - prompt: The tokens to continue.
    ///   - limit: The most new tokens; decoding also stops where the context is full.
    ///   - ends: Tokens that end it.
    ///   - onToken: Called with each new token, without the end token; returns whether to continue.
    /// - Returns: The new tokens, without the end token.
    public func greedy(
        _ prompt: [Int32], limit: Int, ends: Set<Int32>, onToken: (Int32) -> Bool = { _ in true }
    ) -> [Int32] {
        tokens(of: [prompt], limit: limit, ends: ends, onToken: onToken, choose: mostLikely)[0]
    }

    /// Greedy decoding of several sequences, one token of each per pass.
    ///
    /// A pass reads every weight once however many sequences there are, so several cost little more than one.
    /// Logits differ from those of a single sequence by rounding, so nearly equal logits may be ordered
    /// differently.
    ///
    /// - Returns: The new tokens of each, the end not included.
    public func greedy(_ prompts: [[Int32]], limit: Int, ends: Set<Int32>) -> [[Int32]] {
        tokens(of: prompts, limit: limit, ends: ends, onToken: { _ in true }, choose: mostLikely)
    }

    /// Greedy decoding of several prompts, with the log-probability of each token.
    public func greedyContinuations(of prompts: [Prompt], limit: Int, ends: Set<Int32>) -> [Continuation] {
        continuations(of: prompts, limit: limit, ends: ends, choose: mostLikely)
    }

    /// Sampling: continues a sequence with tokens drawn from softmax(logits / temperature).
    public func sample(
        _ prompt: [Int32], limit: Int, ends: Set<Int32>, temperature: Float,
        using generator: inout some RandomNumberGenerator, onToken: (Int32) -> Bool = { _ in true }
    ) -> [Int32] {
        sample(
            prompt, limit: limit, ends: ends, TokenSampling(temperature: temperature), using: &generator,
            onToken: onToken)
    }

    /// Sampling: continues a sequence with tokens that are drawn as `sampling` says.
    public func sample(
        _ prompt: [Int32], limit: Int, ends: Set<Int32>, _ sampling: TokenSampling,
        using generator: inout some RandomNumberGenerator, onToken: (Int32) -> Bool = { _ in true }
    ) -> [Int32] {
        tokens(of: [prompt], limit: limit, ends: ends, onToken: onToken) { _, logits in
            sampling.token(of: logits, using: &generator)
        }[0]
    }

    /// Sampling of several sequences, one token of each per pass, with nucleus sampling (`topP`).
    ///
    /// - Parameters:
    ///   - prompts: The tokens of each sequence: [prompt][token].
    ///   - limit: The most new tokens of a sequence; a sequence also stops where the context is full.
    ///   - ends: Tokens that end a continuation.
    ///   - temperature: What logits are divided by; above 0.
    ///   - topP: The fewest most likely tokens whose probabilities sum to this are drawn from; above 0, and 1 for all.
    ///   - generators: One per sequence, so that its tokens do not depend on the other sequences.
    /// - Returns: The new tokens of each, the end not included.
    public func sample<Generator: RandomNumberGenerator>(
        _ prompts: [[Int32]], limit: Int, ends: Set<Int32>, temperature: Float, topP: Float,
        using generators: inout [Generator]
    ) -> [[Int32]] {
        let sampling = TokenSampling(temperature: temperature, topP: topP)
        precondition(generators.count == prompts.count, "\(generators.count) generators for \(prompts.count)")
        return tokens(of: prompts, limit: limit, ends: ends, onToken: { _ in true }) { prompt, logits in
            sampling.token(of: logits, using: &generators[prompt])
        }
    }

    /// N samples of each prompt with the log-probability of each token: [prompt][sample].
    ///
    /// A prompt is computed once for all its samples; then a pass computes one token of every sample.
    ///
    /// - Parameters:
    ///   - prompts: The sequences to continue.
    ///   - limit: The most new tokens of a sequence; a sequence also stops where the context is full.
    ///   - ends: Tokens that end a continuation.
    ///   - sampling: How a token is drawn.
    ///   - generators: One for each sample, so that its tokens do not depend on the others:
    ///     [prompt][sample].
    public func samples<Generator: RandomNumberGenerator>(
        of prompts: [Prompt], limit: Int, ends: Set<Int32>, _ sampling: TokenSampling,
        using generators: inout [[Generator]]
    ) -> [[Continuation]] {
        precondition(
            generators.count == prompts.count && generators.allSatisfy { $0.count == generators[0].count },
            "generators for \(generators.map(\.count)) samples of \(prompts.count) prompts")
        let count = generators.first?.count ?? 0
        let all = continuations(of: prompts, copies: count, limit: limit, ends: ends) { sequence, logits in
            sampling.token(of: logits, using: &generators[sequence / count][sequence % count])
        }
        return prompts.indices.map { Array(all[$0 * count..<($0 + 1) * count]) }
    }

    private func tokens(
        of prompts: [[Int32]], limit: Int, ends: Set<Int32>, onToken: (Int32) -> Bool,
        choose: (_ sequence: Int, _ logits: ArraySlice<Float>) -> Int
    ) -> [[Int32]] {
        continuations(
            of: prompts.map { Prompt($0) }, limit: limit, ends: ends, scored: false, onToken: onToken,
            choose: choose
        ).map(\.ids)
    }

    /// Continues each prompt `copies` times, one token of each per pass: [prompt · copies + copy].
    ///
    /// - Parameter scored: Whether to take log-probabilities.
    private func continuations(
        of prompts: [Prompt], copies: Int = 1, limit: Int, ends: Set<Int32>, scored: Bool = true,
        onToken: (Int32) -> Bool = { _ in true },
        choose: (_ sequence: Int, _ logits: ArraySlice<Float>) -> Int
    ) -> [Continuation] {
        let count = prompts.count * copies
        var made = [[Int32]](repeating: [], count: count)
        var scores = [[Float]](repeating: [], count: count)
        func hasRoom(_ sequence: Int) -> Bool {
            made[sequence].count < limit
                && prompts[sequence / copies].ids.count + made[sequence].count <= contextLength
        }
        // The sequences to continue, and the row of the open ones that each continues: at first its prompt's.
        var going = (0..<count).filter(hasRoom)
        let started = going.map { $0 / copies }.reduce(into: [Int]()) { if $0.last != $1 { $0.append($1) } }
        var open = OpenSequences(self, started.map { prompts[$0] })
        var rows = going.map { sequence in started.firstIndex(of: sequence / copies) ?? 0 }
        while !going.isEmpty {
            let logits = open.logits()
            let sums = scored ? logSumExp(logits, rowLength: vocabulary) : []
            var choices: [(sequence: Int, token: Int32)] = []
            going = zip(going, rows).compactMap { sequence, row in
                let first = row * vocabulary
                let id = choose(sequence, logits[first..<first + vocabulary])
                if scored { scores[sequence].append(logits[first + id] - sums[row]) }
                made[sequence].append(Int32(id))
                guard !ends.contains(Int32(id)), onToken(Int32(id)), hasRoom(sequence) else { return nil }
                choices.append((row, Int32(id)))
                return sequence
            }
            open.advance(choices)
            rows = Array(going.indices)
        }
        return zip(made, scores).map { Continuation($0, $1, ends: ends) }
    }
}

/// The first of the largest.
private func mostLikely(_ sequence: Int, _ logits: ArraySlice<Float>) -> Int {
    var best = logits.startIndex
    for id in logits.indices where logits[id] > logits[best] { best = id }
    return best - logits.startIndex
}
