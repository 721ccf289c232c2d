import ModuleRobustness
import Records
import Reports
import Statistics

/// What a file of robustness says, as maps of layers and types of modules.
func robustnessSection(at path: String) throws -> [PageBlock] {
    let lines = try readJSONLines(RobustnessLine.self, at: path).map(\.record)
    guard let start = lines.first(where: { $0.module == nil }), lines.contains(where: { $0.module != nil })
    else {
        throw notWritten(path, by: "robustness measure")
    }
    var blocks: [PageBlock] = [
        .heading("Which modules carry the behaviour", level: 2),
        .paragraph(
            "Each module of `\(path)` was perturbed alone; a linear classifier that was fitted to the model as it is, and frozen, then "
                + "took fewer prompts of label 1 for what they are. As it is: \(percent(start.accuracy))."
                + (start.margin.map { " Refusal margin: \(fixed($0, decimals: 2)) nats." } ?? "")),
    ]
    for (name, own) in grouped(lines.filter { $0.module != nil }) {
        let maps = [
            moduleMap("\(name): drop of the accuracy", own, "drop") { $0.drop },
            moduleMap("\(name): fall of the mean log-odds", own, "nats") { start.logit - $0.logit },
            moduleMap("\(name): drop of a classifier fitted anew", own, "drop") {
                start.retrainedAccuracy - $0.retrainedAccuracy
            },
            own.contains { $0.margin == nil }
                ? nil
                : moduleMap("\(name): fall of the refusal margin", own, "nats") {
                    (start.margin ?? 0) - ($0.margin ?? 0)
                },
        ].compactMap(\.self)
        blocks.append(.row(maps.map { .map($0) }))
    }
    return blocks + [
        .note(
            "A frozen classifier may lose accuracy because states moved, and not because the behaviour is gone: where one that is "
                + "fitted anew loses nothing, or the margin stays, the module does not carry it.")
    ]
}

/// Lines by perturbation and strength, in the order of the file.
private func grouped(_ lines: [RobustnessLine]) -> [(name: String, lines: [RobustnessLine])] {
    func name(_ line: RobustnessLine) -> String { "\(line.perturbation ?? "")=\(significant(line.strength))" }
    let names = lines.map(name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return names.map { one in (one, lines.filter { name($0) == one }) }
}

/// A map of modules: means over seeds.
private func moduleMap(
    _ title: String, _ lines: [RobustnessLine], _ legend: String, _ figure: (RobustnessLine) -> Double
) -> HeatMap? {
    var figures: [String: [Double]] = [:]
    for line in lines { figures[line.module ?? "", default: []].append(figure(line)) }
    return moduleMap(
        title, figures.mapValues { $0.reduce(0, +) / Double($0.count) }, legend, isSigned: true)
}

/// A map of numbers by module: a row for each layer, a column for each projection of a layer.
///
/// - Parameter values: by the modules' paths, whose first number is the layer.
func moduleMap(_ title: String, _ values: [String: Double], _ legend: String, isSigned: Bool) -> HeatMap? {
    var (cells, columns) = ([Int: [String: Double]](), [String]())
    for (path, value) in values {
        let parts = path.split(separator: ".").map(String.init)
        guard let place = parts.firstIndex(where: { Int($0) != nil }), let layer = Int(parts[place]) else {
            continue
        }
        let name = parts[(place + 1)...].joined(separator: ".")
        cells[layer, default: [:]][name] = value
        if !columns.contains(name) { columns.append(name) }
    }
    guard let last = cells.keys.max(), last < 4096 else { return nil }
    let order = ["q", "k", "v", "qkv", "c_attn", "o", "gate", "up", "gate_up", "fc1", "down", "fc2"]
    func short(_ name: String) -> String {
        let end = name.split(separator: ".").last.map(String.init) ?? name
        return end.replacing("_proj", with: "")
    }
    columns.sort {
        (order.firstIndex(of: short($0)) ?? order.count, $0) < (
            order.firstIndex(of: short($1)) ?? order.count, $1
        )
    }
    let numbers = (0...last).flatMap { layer in columns.map { cells[layer]?[$0] ?? .nan } }
    let known = numbers.filter(\.isFinite)
    return HeatMap(
        title: title, layers: last + 1, heads: columns.count, values: numbers,
        scale: isSigned ? .signed(known) : .amounts(known), legend: legend,
        columns: ("module", columns.map(short)))
}

/// Refusals of several states of a model, in one table; those of the first are compared with.
func refusalSection(_ files: [(name: String, path: String)]) throws -> [PageBlock] {
    guard let first = files.first else { return [] }
    let start = try readJSONLines(RefusalLine.self, at: first.path).map(\.record)
    var table = Table([
        .text("state"), .number("refused, label 1"), .number("95 %"), .number("p"), .number("margin, nats"),
        .number("95 %"), .number("over-refusal, label 0"), .number("95 %"), .number("p"),
    ])
    for (number, file) in files.enumerated() {
        let lines = try readJSONLines(RefusalLine.self, at: file.path).map(\.record)
        let text = RefusalText(lines, number == 0 ? nil : (first.path, start))
        func cells(_ label: Int) -> (share: String, interval: String, p: String, group: RefusalText.Group?) {
            guard let group = text.groups.first(where: { $0.label == label }) else {
                return ("–", "–", "–", nil)
            }
            return (
                percent(group.share), "[\(percent(group.low)), \(percent(group.high))]",
                group.change.map { significant($0.p) } ?? "–", group
            )
        }
        let (harmful, harmless) = (cells(1), cells(0))
        let margin = harmful.group
        table.add([
            file.name, harmful.share, harmful.interval, harmful.p, fixed(margin?.margin, decimals: 2),
            margin?.marginLow.map { "[\(fixed($0, decimals: 2)), \(fixed(margin?.marginHigh, decimals: 2))]" }
                ?? "–",
            harmless.share, harmless.interval, harmless.p,
        ])
    }
    return [
        .heading("Refusals", level: 2),
        .table(
            table,
            caption:
                "How each state begins to answer; p: McNemar's test against \(first.name), prompt by prompt."),
    ]
}

/// A file that is not what a command writes.
func notWritten(_ path: String, by command: String) -> RecordError {
    .invalid(path: path, reason: "it is not what `sft-probe \(command)` writes; make it anew")
}
