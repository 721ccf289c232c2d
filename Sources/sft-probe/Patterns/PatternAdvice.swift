import HeadActivation
import Reports
import Statistics

/// What the numbers do not bear, and what to do next: a sentence each, the most pressing first.
func advice(on digests: [PatternDigest], file: String) -> [String] {
    guard !digests.isEmpty else {
        return ["\(file) holds no measurement yet: make one with `sft-probe attribute --output \(file)`."]
    }
    var sentences = needsOfExamples(digests)
    for task in tasks(of: digests) {
        sentences += differences(among: digests.filter { $0.summary.task == task })
    }
    if digests.allSatisfy({ $0.summary.checkpoint == digests[0].summary.checkpoint }) {
        sentences.append(
            "All measurements are of one checkpoint, \(digests[0].summary.checkpoint): measure the same data after "
                + "fine-tuning with another --checkpoint label to see what it changed.")
    } else {
        sentences.append(
            "All numbers of a change: `sft-probe patterns compare \(file)`.")
    }
    return sentences
}

/// The tasks in the order in which they first come.
func tasks(of digests: [PatternDigest]) -> [String] {
    digests.map(\.summary.task).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
}

/// Which measurements need more examples, and how many: a sentence for all that are too few to judge, and one for all
/// others.
private func needsOfExamples(_ digests: [PatternDigest]) -> [String] {
    func name(_ digest: PatternDigest) -> String { "\(digest.summary.task) at \(digest.summary.checkpoint)" }
    let unknown = digests.filter { $0.statistics.reliability.value == nil }
    let weak = digests.filter { ($0.statistics.reliability.value ?? 1) < 0.98 }
    var sentences: [String] = []
    if !unknown.isEmpty {
        sentences.append(
            "Too few examples to say how reliable a pattern is: "
                + unknown.map { "\(name($0)) (\($0.summary.examples))" }.joined(separator: ", ")
                + "; measure 128 or more.")
    }
    if !weak.isEmpty {
        sentences.append(
            "Measured again on as many other examples, a pattern would correlate with this one by less than 0.98. Measure "
                + weak.map { digest in
                    digest.statistics.examplesNeeded.map {
                        "about \(significant(Double($0), digits: 2)) examples of \(name(digest)) (now "
                            + "\(digest.summary.examples): \(fixed(digest.statistics.reliability.value, decimals: 3)))"
                    } ?? "many more of \(name(digest)), which has no pattern yet: check the data first"
                }.joined(separator: ", ") + ".")
    }
    return sentences
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
