import ArgumentParser
import Transformers

/// The flags that say how tokens are chosen, and how many continuations there are.
struct GenerationOptions: ParsableArguments {
    @Option(help: "Sampling temperature; 0 is greedy decoding.") var temperature: Float = 0
    @Option(help: "Draw from this many most likely tokens; 0: from all.") var topK = 0
    @Option(help: "Nucleus sampling: draw from the fewest most likely tokens that sum to this; 1: from all.")
    var topP: Float = 1
    @Option(help: "Samples of each prompt (with --input).") var samples = 1
    @Option(help: "Beam search with this many beams (with --input); 0: none.") var beams = 0
    @Option(help: "Beam search: scores are log-probabilities over length to this power.")
    var lengthPenalty: Float = 1
    @Option(
        help: """
            Beam search ends (default: heuristic): full (as many finished beams as beams), never (when no beam can become better), or heuristic \
            (when the best open beam, ended now, would not be among the finished ones).
            """,
        completion: .names(of: BeamSearch.EarlyStopping.self),
        transform: oneOf(BeamSearch.EarlyStopping.self, for: "--early-stopping"))
    var earlyStopping = BeamSearch.EarlyStopping.heuristic
    @Option(help: "Beam search: no so many tokens in a row occur twice; 0: no such rule.")
    var noRepeatNgram = 0

    func validate() throws {
        guard temperature >= 0, temperature.isFinite else {
            throw ValidationError("--temperature is \(temperature), but must be 0 or more.")
        }
        guard topK >= 0 else { throw ValidationError("--top-k is \(topK), but must not be negative.") }
        guard topP > 0, topP <= 1 else {
            throw ValidationError("--top-p is \(topP), but must be above 0 and at most 1.")
        }
        guard (1...10_000).contains(samples) else {
            throw ValidationError("--samples is \(samples), but must lie between 1 and 10000.")
        }
        guard (0...1000).contains(beams), noRepeatNgram >= 0, lengthPenalty.isFinite else {
            throw ValidationError(
                "--beams must lie between 0 and 1000, --no-repeat-ngram must not be negative, and --length-penalty be a "
                    + "number.")
        }
        if temperature == 0 {
            guard samples == 1, topK == 0, topP == 1 else {
                throw ValidationError(
                    "--samples, --top-k and --top-p are for sampling, and --temperature is 0; give --temperature 1."
                )
            }
        } else if beams > 0 {
            throw ValidationError("--beams is a search without sampling; leave out --temperature.")
        }
        if beams == 0, lengthPenalty != 1 || earlyStopping != .heuristic || noRepeatNgram > 0 {
            throw ValidationError(
                "--length-penalty, --early-stopping and --no-repeat-ngram are for beam search; give --beams.")
        }
    }

    /// How tokens are drawn; nil where they are not.
    var sampling: TokenSampling? {
        temperature > 0 ? TokenSampling(temperature: temperature, topK: topK, topP: topP) : nil
    }

    /// The search; nil where there is none.
    var search: BeamSearch? {
        beams > 0
            ? BeamSearch(
                beams: beams, lengthPenalty: lengthPenalty, earlyStopping: earlyStopping,
                noRepeatedTokens: noRepeatNgram) : nil
    }
}
