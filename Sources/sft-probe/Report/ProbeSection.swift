import Foundation
import HeadActivation
import LinearProbes
import Records
import Reports
import Runs
import Statistics

/// A file of `probe --output`.
func probeRecord(at path: String) throws -> ProbeRecord {
    guard let data = FileManager.default.contents(atPath: path) else { throw RecordError.missing(path: path) }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let record = try? decoder.decode(ProbeRecord.self, from: data) else {
        throw UnusableData(
            description: "\(path) is not what `sft-probe probe --output` writes; make it anew.")
    }
    return record
}

/// What linear probes read off, layer by layer and head by head, beside the activation of a task.
///
/// - Parameter digests: measurements, of whose first task the heads are shown.
func probeSection(_ record: ProbeRecord, of path: String, beside digests: [PatternDigest], seed: Int) throws
    -> [PageBlock]
{
    let labels = record.labels.joined(separator: ", ")
    var blocks: [PageBlock] = [
        .heading("What can be read off, and where", level: 2),
        .paragraph(
            "Linear probes for \(labels) on \(record.texts) texts (`\(record.states ?? path)`): the share of held-out texts whose "
                + "label is right. Always the commonest label: \(percent(record.majority))."
                + (record.probes.compactMap(\.control).max().map {
                    " On shuffled labels: at most \(percent($0)) on average."
                } ?? "")),
        .row(layerCharts(record).map { .chart($0) }),
    ]
    if let heads = record.heads({ $0.accuracy }) {
        var maps = [map("read off the head", heads, .amounts(known(heads)), "accuracy")]
        if let changed = record.changedHeads({ $0.difference }) {
            maps.append(map("change after training", changed, .signed(known(changed)), "change of accuracy"))
        }
        if let digest = digests.first {
            maps.append(
                .map(activationMap(digest, scale: .amounts(digest.pattern.normalizedActivation ?? []))))
        }
        blocks.append(.row(maps))
    }
    if let task = digests.first?.summary.task {
        let digests = digests.filter { $0.summary.task == task }
        let order = inTrainingOrder(digests.map(\.summary.checkpoint))
        let patterns = order.compactMap { name in
            digests.first { $0.summary.checkpoint == name }.map { (name, $0.pattern) }
        }
        blocks.append(
            .list(try PatternAssociation.all(record, task: task, patterns, seed: seed).map(\.sentence)))
    }
    return blocks + [
        .note(
            "That a label can be read off a head does not say that the model uses it there. Many places are tried, so the best one "
                + "flatters.")
    ]
}

private func known(_ heads: HeadNumbers) -> [Double] { heads.values.compactMap(\.self) }

private func map(_ title: String, _ heads: HeadNumbers, _ scale: ColorScale, _ legend: String) -> PageBlock {
    let values = heads.values.map { $0 ?? .nan }
    return .map(
        HeatMap(
            title: title, layers: heads.layers, heads: heads.heads, values: values,
            scale: scale, legend: legend, label: { percent($0, decimals: 0) }))
}

/// The accuracy over layers of the residual stream and of feed-forward layers, with 95 % intervals.
private func layerCharts(_ record: ProbeRecord) -> [LineChart] {
    let names = [("residual", "residual stream"), ("mlp", "feed-forward layers")]
    let lines = names.compactMap { site, name -> LineChart.Line? in
        let probes = record.probes.filter { $0.site == site }
        guard probes.count > 1 else { return nil }
        return LineChart.Line(
            name, probes.map { (Double($0.layer), 100 * $0.accuracy) },
            intervals: probes.map { 100 * $0.low...100 * $0.high })
    }
    guard !lines.isEmpty else { return [] }
    return [LineChart(title: "Right labels, %, with 95 % intervals", across: "layer", up: "%", lines: lines)]
}
