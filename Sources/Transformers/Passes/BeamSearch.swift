import Foundation
import Kernels

/// The settings of beam search, with transformers' meanings.
public struct BeamSearch: Sendable, Hashable {
    /// When a search ends before the limit.
    public enum EarlyStopping: String, Sendable, CaseIterable {
        /// When the best open beam, were it to end now, would not be among the finished ones (`False`).
        case heuristic
        /// When there are as many finished beams as beams (`True`).
        case full
        /// When no open beam can come among the finished ones any more (`"never"`).
        case never
    }

    /// The number of beams.
    public let beams: Int
    /// p: a finished beam's score is its log-probability over its length, the end token included, to the power p.
    public let lengthPenalty: Float
    /// When to end.
    public let earlyStopping: EarlyStopping
    /// n: no n tokens in a row occur twice, in the prompt and its continuation; 0 for no such rule. Where a prompt has
    /// vectors, only the continuation counts.
    public let noRepeatedTokens: Int

    /// Settings of a search with this number of beams.
    public init(
        beams: Int, lengthPenalty: Float = 1, earlyStopping: EarlyStopping = .heuristic,
        noRepeatedTokens: Int = 0
    ) {
        precondition(beams > 0 && noRepeatedTokens >= 0, "\(beams) beams")
        (self.beams, self.lengthPenalty) = (beams, lengthPenalty)
        (self.earlyStopping, self.noRepeatedTokens) = (earlyStopping, noRepeatedTokens)
    }
}

/// A result of beam search.
public struct Beam: Sendable, Equatable {
    /// What was written.
    public let continuation: Continuation
    /// Its log-probability over its length to the power of the length penalty.
    public let score: Float
}

extension Decoder {
    /// Beam search: the most likely continuations that it finds, the best first; as many as beams.
    ///
    /// Every step extends each open beam by every token and keeps the best `beams` that do not end; those among the
    /// best `beams` that end are candidates for the result. At the limit every beam ends.
    ///
    /// - Source: transformers 5.24, `GenerationMixin._beam_search`, without sampling.
    public func beamSearch(_ prompt: Prompt, limit: Int, ends: Set<Int32>, _ search: BeamSearch) -> [Beam] {
        let limit = min(limit, contextLength + 1 - prompt.ids.count)
        guard limit > 0 else { return [] }
        var open = OpenSequences(self, [prompt])
        var running = [RunningBeam()]
        var finished: [Beam] = []
        for length in 1...limit {
            let (ending, going) = split(
                candidates(of: running, open.logits(), prompt, search, ends: ends), search.beams, ends: ends,
                isLast: length == limit)
            finished += ending.map { beam in
                Beam(
                    continuation: Continuation(beam.tokens, beam.logProbabilities, ends: ends),
                    score: beam.sum / power(Float(length), search.lengthPenalty))
            }
            finished = Array(finished.sorted { $0.score > $1.score }.prefix(search.beams))
            guard let best = going.first else { break }
            if finished.count == search.beams {
                let reach = search.earlyStopping == .never && search.lengthPenalty > 0 ? limit : length
                let hope = best.sum / power(Float(reach), search.lengthPenalty)
                if search.earlyStopping == .full || hope <= finished[search.beams - 1].score { break }
            }
            open.advance(going.map { ($0.parent, $0.tokens[length - 1]) })
            running = going
        }
        return finished
    }

    /// The best extensions of open beams by a token, the best first: so many that enough do not end.
    private func candidates(
        of running: [RunningBeam], _ logits: [Float], _ prompt: Prompt, _ search: BeamSearch, ends: Set<Int32>
    ) -> [RunningBeam] {
        let count = max(2, 1 + ends.count) * search.beams
        let sums = logSumExp(logits, rowLength: vocabulary)
        let all = running.indices.flatMap { row in
            let beam = running[row]
            var line = Array(logits[row * vocabulary..<(row + 1) * vocabulary])
            let before = (prompt.vectors == nil ? prompt.ids : []) + beam.tokens
            for token in repeating(before, search.noRepeatedTokens) { line[Int(token)] = -.infinity }
            return largest(count, of: line[...]).map { token in
                (
                    row: row, token: Int32(token), log: line[token] - sums[row],
                    sum: beam.sum + line[token] - sums[row]
                )
            }
        }
        let best = all.sorted { ($1.sum, $0.row, $0.token) < ($0.sum, $1.row, $1.token) }.prefix(count)
        return best.map { running[$0.row].followed(by: $0.token, $0.log, sum: $0.sum, parent: $0.row) }
    }

    /// Those of the best `beams` candidates that end here, and the best `beams` that do not.
    private func split(
        _ candidates: [RunningBeam], _ beams: Int, ends: Set<Int32>, isLast: Bool
    ) -> (ending: [RunningBeam], going: [RunningBeam]) {
        func isEnding(_ beam: RunningBeam) -> Bool {
            isLast || ends.contains(beam.tokens[beam.tokens.count - 1])
        }
        return (
            candidates.prefix(beams).filter(isEnding),
            Array(candidates.filter { !isEnding($0) }.prefix(beams))
        )
    }
}

/// A beam that is not finished.
private struct RunningBeam {
    var tokens: [Int32] = []
    var logProbabilities: [Float] = []
    var sum: Float = 0
    var parent = 0  // the row of the open sequences that it continues

    func followed(by token: Int32, _ log: Float, sum: Float, parent: Int) -> RunningBeam {
        RunningBeam(
            tokens: tokens + [token], logProbabilities: logProbabilities + [log], sum: sum, parent: parent)
    }
}

/// The tokens that would end a second occurrence of n tokens in a row.
private func repeating(_ ids: [Int32], _ n: Int) -> Set<Int32> {
    guard n > 0, ids.count >= n else { return [] }
    let last = ids.suffix(n - 1)
    return Set((0...ids.count - n).filter { ids[$0..<$0 + n - 1] == last }.map { ids[$0 + n - 1] })
}

private func power(_ x: Float, _ exponent: Float) -> Float { exponent == 1 ? x : pow(x, exponent) }
