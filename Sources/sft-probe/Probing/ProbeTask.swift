import Foundation
import LinearProbes
import Runs

/// Which texts are probed, and for what.
struct ProbeTask {
    /// The texts that have a label.
    let texts: [Int]
    /// Their labels, by the place of their names.
    let labels: [Int]
    /// The labels' names, in order.
    let names: [String]
    let folds: ProbeFolds
    /// Texts without a label.
    let leftOut: Int

    init(_ states: States, _ path: String, label: String, group: String, folds count: Int) throws {
        guard states.position != .all else {
            throw UnusableData(
                description:
                    "\(path) has a state for every token; probes need one a text: `sft-probe states` with --position "
                    + "last or mean.")
        }
        let found = states.texts.map { label == "label" ? $0.label : $0.language }
        texts = found.indices.filter { found[$0] != nil }
        names = Set(found.compactMap(\.self)).sorted()
        guard names.count >= 2 else {
            throw UnusableData(
                description: names.isEmpty
                    ? "\(path) has no \(label): give the records of its data a \"\(label)\" and make it again."
                    : "\(path): all texts have the \(label) \(names[0]); a probe needs two or more.")
        }
        labels = texts.map { [names] text in names.firstIndex(of: found[text] ?? "") ?? 0 }
        let groups = texts.map { text -> String? in
            group == "none" ? nil : group == "lang" ? states.texts[text].language : states.texts[text].group
        }
        folds = ProbeFolds(groups, count: count)
        leftOut = found.count - texts.count
        guard 2 * names.count <= texts.count else {
            throw UnusableData(
                description:
                    "\(path): \(texts.count) texts have \(names.count) different labels; a probe tells a few labels "
                    + "apart, each with several texts.")
        }
        guard folds.groups >= count else {
            throw UnusableData(
                description:
                    "\(path): the texts are of \(folds.groups) groups, which are not enough for \(count) folds; "
                    + (folds.groups > 1
                        ? "give --folds \(folds.groups)." : "give texts of more groups, or --group none."))
        }
        guard texts.count >= 2 * count else {
            throw UnusableData(
                description:
                    "\(path) has \(texts.count) texts with a \(label); \(count) folds need at least \(2 * count)."
            )
        }
    }

    /// The accuracy of always saying the commonest label.
    var majority: Double {
        Double(names.indices.map { name in labels.count { $0 == name } }.max() ?? 0) / Double(labels.count)
    }
}
