import HeadActivation
import Reports
import Statistics

/// What the numbers do not bear, and what to do next: a sentence each, the most pressing first.
func advice(on digests: [PatternDigest], file: String) -> [String] {
    guard !digests.isEmpty else {
        return ["\(file) holds no measurement yet: make one with `sft-probe attribute --output \(file)`."]
    }
    var sentences = digests.compactMap(needOfExamples)
    for task in tasks(of: digests) {
        sentences += differences(among: digests.filter { $0.summary.task == task })
    }
    if digests.allSatisfy({ $0.summary.checkpoint == digests[0].summary.checkpoint }) {
        sentences.append(
            "All measurements are of one checkpoint, \(digests[0].summary.checkpoint): measure the same data after "
                + "fine-tuning with another --checkpoint label to see what it changed.")
    } else {
        sentences.append(
            "To see which heads changed beyond chance, run `sft-probe patterns compare \(file)` on two checkpoints "
                + "of a task.")
    }
    return sentences
}

/// The tasks in the order in which they first come.
func tasks(of digests: [PatternDigest]) -> [String] {
    digests.map(\.summary.task).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
}

private func needOfExamples(_ digest: PatternDigest) -> String? {
    let (name, count) = ("\(digest.summary.task) at \(digest.summary.checkpoint)", digest.summary.examples)
    guard let reliability = digest.statistics.reliability.value else {
        return
            "\(name) rests on \(count) example\(count == 1 ? "" : "s"), too few to say how reliable its pattern "
            + "is: measure 128 or more."
    }
    guard reliability < 0.98 else { return nil }
    let found =
        "\(name) rests on \(count) examples: on as many others its pattern would correlate with this one "
        + "by only \(fixed(reliability, decimals: 3))"
    guard let needed = digest.statistics.examplesNeeded else {
        return found + ", which is no pattern at all: check the data, then measure many more."
    }
    return found + "; for 0.98, measure about \(significant(Double(needed), digits: 2)) examples."
}

/// Says when the checkpoints of a task were not measured alike, so that a difference need not come from training.
private func differences(among digests: [PatternDigest]) -> [String] {
    let summaries = digests.map(\.summary)
    let traits: [(String, (MeasurementSummary) -> String)] = [
        ("data", { $0.provenance.dataSHA256 }), ("numbers of examples", { "\($0.examples)" }),
        ("chat templates", { $0.provenance.templateSHA256 ?? "" }), ("methods", { $0.provenance.method }),
        ("reductions", { $0.provenance.reduction }), ("precisions", { $0.provenance.precision }),
        ("numbers of layers and heads", { "\($0.layers) × \($0.heads)" }),
    ]
    let differing = traits.filter { trait in Set(summaries.map(trait.1)).count > 1 }.map(\.0)
    guard !differing.isEmpty else { return [] }
    return [
        "The measurements of \(summaries[0].task) were made with different \(differing.joined(separator: ", ")): "
            + "what differs between them need not come from training. Measure all checkpoints alike."
    ]
}
