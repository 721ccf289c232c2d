import Foundation
import Records
import Reports
import Runs
import Statistics

extension RemedySummary {
    /// What a person reads on a terminal.
    var text: String {
        var parts = [sentences.joined(separator: "\n"), table.fitted]
        if let heads { parts.append(heads.table.fitted + "\n" + heads.finding) }
        return parts.joined(separator: "\n\n")
    }

    /// What was found, in sentences.
    var sentences: [String] {
        var lines = [
            net.map {
                $0.verdict.sentence(
                    ceased: $0.ceased, began: $0.began, p: significant($0.p, digits: 2))
            }
                ?? "How many of the \(all.remedied) remedied pairs chance explains is not known: write all pairs with "
                + "`sft-probe diagnose --threshold 0`.",
            "Of the pairs that counted before (RE ≥ \(fixed(threshold, decimals: 3)) nats), \(all.remedied) are remedied, "
                + "\(all.unchanged) unchanged: \(all.share.percentage) remedied."
                + (all.borderline > 0
                    ? " \(all.borderline) more were settled before training and are not judged." : ""),
        ]
        if sound + newly_broken > 0 {
            lines.append(
                "Of \(sound + newly_broken) pairs that did not count, \(newly_broken) now do: \(broken.percentage) newly "
                    + "broken.")
        }
        if let accuracy {
            lines.append(
                "Right answers, told nothing: \(accuracy.before.percentage) before, \(accuracy.after.percentage) after; "
                    + "\(accuracy.won) won, \(accuracy.lost) lost of \(accuracy.queries), a change of "
                    + "\(accuracy.change.percentage), p = \(significant(accuracy.p, digits: 2)) (McNemar). Confidence above "
                    + "accuracy: \(percent(accuracy.overconfidence_before)) before, "
                    + "\(percent(accuracy.overconfidence_after)) after.")
        }
        if let general {
            lines.append(
                general.finding
                    ?? "Held-out general examples: \(fixed(general.before, decimals: 4)) nats a token before, "
                    + "\(fixed(general.after, decimals: 4)) after, a change of \(general.change.written(decimals: 4))."
            )
        }
        if too_long > 0 { lines.append("\(too_long) queries do not fit the context and are left out.") }
        return lines + [advice]
    }

    /// What follows from it.
    private var advice: String {
        if let general, general.is_worse {
            return
                "Next: the same `remedy` with --general-share 0.3 or --epochs 1 and another --output, for general "
                + "examples pay for what was remedied."
        }
        switch net.map({ ($0.verdict, $0.ceased > $0.began) }) {
        case (.changed, false)?:
            return
                "Next: the same `remedy` with a lower --learning-rate or --epochs 1 and another --output, for more was broken "
                + "than remedied."
        case (.changed, true)?:
            return
                "Next: give the rest another turn: `synthesize` with --teacher and a new diagnosis of what was trained."
        case nil:
            return "Next: diagnose with --threshold 0, so that what breaks is seen."
        default:
            return
                "Next: more examples for each pair (`synthesize --total`), more epochs, or facts that are nearer to the "
                + "queries; the same again says no more."
        }
    }

    /// What became of pairs that counted before.
    var table: Table {
        var table = Table([
            .text("pairs that counted before"), .number("remedied"), .number("unchanged"), .number("share"),
            .number("now answered as told before"), .number("RE* before"), .number("after"),
            .number("change"),
        ])
        for (name, group) in [
            ("all", all as Group?), ("examples made", trained_for), ("no examples", others),
        ] {
            guard let group else { continue }
            table.add([
                name, "\(group.remedied)", "\(group.unchanged)", group.share.percentage,
                group.adopted.percentage, fixed(group.re_calibrated_before, decimals: 3),
                fixed(group.re_calibrated_after, decimals: 3), group.change.written(decimals: 3),
            ])
        }
        return table
    }
}

/// What a remedy did, for the page; nothing where the folder is not one's.
func remedySection(of folder: String) throws -> [PageBlock] {
    guard let summary = try remedySummary(in: folder) else { return [] }
    var blocks: [PageBlock] = [.heading("What the remedy did", level: 2), .list(summary.sentences)]
    blocks += summary.warnings.map { .note("Warning: \($0)") }
    blocks.append(
        .table(
            summary.table,
            caption:
                "Remedied: RE* is below the threshold, and the model says untold what it says when told the fact. In "
                + "brackets: 95 % intervals from a bootstrap over queries."))
    if let heads = summary.heads {
        blocks += [
            .heading("Whether the repair set uses the heads of the failing queries", level: 3),
            .paragraph(heads.finding),
            .table(
                heads.table,
                caption:
                    "Activation patterns before training. Common mode: the mean pattern of the remaining tasks. Lead: the "
                    + "repair set's correlation less this task's."),
        ]
    }
    return blocks
}

extension HeadsSummary {
    /// One line for each task beside the failing queries.
    var table: Table {
        var table = Table([
            .text("heads of failing queries beside"), .number("correlation"), .number("repair set's lead"),
            .number("without common mode"), .number("lead"),
        ])
        func number(_ estimate: EstimateRecord?) -> String { estimate?.written(decimals: 2) ?? "" }
        for item in comparisons {
            table.add([
                item.task == "repair" ? "repair set" : item.task == "passing" ? "other queries" : item.task,
                number(item.similarity), number(item.gain), number(item.without_common_mode),
                number(item.gain_without_common_mode),
            ])
        }
        return table
    }
}

/// What the remedy in a folder came to; nil where there is none, or it is not done.
func remedySummary(in folder: String) throws -> RemedySummary? {
    let path = RemedyFiles(folder: folder).summary
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    do { return try JSONDecoder().decode(RemedySummary.self, from: data) } catch {
        throw RecordError.malformed(path: path, line: 1, reason: "it is no summary of a remedy: \(error)")
    }
}
