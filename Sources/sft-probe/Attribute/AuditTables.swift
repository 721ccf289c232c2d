import HeadActivation
import Reports
import Statistics

/// The comparisons of an audit.
func auditTable(_ figures: AuditFigures) -> Table {
    var table = Table([
        .text("estimate"), .text("held against"), .text("heads"), .number("number"), .number("Spearman"),
        .number("Pearson"), .number("same sign"),
    ])
    for rung in figures.rungs {
        table.add([rung.estimate, rung.truth, rung.over] + agreementCells(rung.agreement))
    }
    return table
}

/// The number of heads, both correlations and the share of equal signs, with their intervals.
func agreementCells(_ agreement: Agreement) -> [String] {
    [
        "\(agreement.heads)", written(agreement.spearman) { fixed($0, decimals: 2) },
        written(agreement.pearson) { fixed($0, decimals: 2) },
        written(agreement.signs) { percent($0, decimals: 0) },
    ]
}

/// What an audit found, in a sentence.
func auditSentence(_ figures: AuditFigures, _ audit: Audit) -> String {
    let trust = figures.trust.map { written($0) { fixed($0, decimals: 2) } } ?? "undefined"
    return
        "Trust: over the \(audit.ablated.count) ablated heads, the gradient's order agrees with the exact effects' by a Spearman "
        + "correlation of \(trust). Replaced by \(audit.baseline), a strongest head changes the loss by "
        + "\(written(figures.strongestEffect) { significant($0, digits: 2) }), a random one by "
        + "\(written(figures.randomEffect) { significant($0, digits: 2) }) (means of sizes)."
}

/// How far to trust the measurements that were audited, for the page.
func trustSection(_ digests: [PatternDigest]) -> [PageBlock] {
    let audited = digests.filter { $0.audit != nil }
    guard !audited.isEmpty else { return [] }
    var blocks: [PageBlock] = [
        .heading("How far to trust the scores", level: 2),
        .paragraph(
            "A gradient is a guess about what would happen without a head. Gate integrated gradients (gate-ig) are a better guess, "
                + "exact ablation is what happens. Random heads, from outside the strongest quarter, say what chance "
                + "gives; two signs agree by chance in half of the heads."),
    ]
    for digest in audited {
        guard let (audit, figures) = digest.audit else { continue }
        let name = "\(digest.summary.task) at \(digest.summary.checkpoint)"
        blocks += [
            .heading(name, level: 3), .paragraph(auditSentence(figures, audit)),
            .table(
                auditTable(figures),
                caption:
                    "Correlations of the heads' mean signed scores over \(audit.examples) examples. In brackets: 95 % "
                    + "intervals from a bootstrap over examples."
                    + (audit.integrated.isEmpty
                        ? ""
                        : " gate-ig had \(audit.points) points and missed completeness by "
                            + "\(percent(audit.completenessError, decimals: 2)).")),
        ]
    }
    return blocks
}
