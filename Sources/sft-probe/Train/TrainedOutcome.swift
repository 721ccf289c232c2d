import HeadActivation
import Runs
import Statistics

/// Says what a training cost each task that was measured before and after, and what it changed.
func sayOutcome(_ outcome: TrainingOutcome, _ options: RunOptions) throws {
    let patterns = PatternFile("\(outcome.folder)/patterns.h5")
    if let loss = outcome.heldOut {
        options.remark(costSentence("held-out data", loss, loss.verdict(q: loss.p)))
    }
    let states = try outcome.task.map { try patterns.list(task: $0, checkpoint: nil).map(\.checkpoint) } ?? []
    if let task = outcome.task, states.contains("base") {
        let change = try TaskChange(
            task, in: try PatternReader(patterns), from: "base", to: "final", allowMismatch: true,
            resamples: 1000,
            seed: outcome.seed)
        let decided = TaskChange.decided(change.map { [$0] } ?? [])
        for sentence in decided.flatMap(\.summary) { options.remark(sentence) }
    }
    let compare = outcome.task.map { "sft-probe patterns compare \(patterns.path) --task \($0), or " } ?? ""
    options.remark(
        "\(outcome.folder)/final: wrote \(outcome.hasAdapter ? "the adapter (peft loads it)" : "the model (transformers loads it)"). Next: "
            + "\(compare)sft-probe report \(patterns.path) --output report.html")
}
