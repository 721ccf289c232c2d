import LanguageSubspaces
import Reports

/// What a file of subspaces says: how well languages separate over layers, where they lie, how far apart they are.
func languageSection(at path: String) throws -> [PageBlock] {
    let found = try Subspaces(path: path)
    var blocks: [PageBlock] = [
        .heading("Languages inside the model", level: 2),
        .paragraph(
            "States of `\(path)` at the last token of texts in \(found.languages.joined(separator: ", ")); what tells them apart lies in "
                + "\(found.rank == 1 ? "one direction" : "\(found.rank) directions") at each layer, measured from \(found.central)."
        ),
    ]
    let told = found.places.enumerated().compactMap { number, one in
        found.separation[one.place].map { (x: Double(number), separation: $0) }
    }
    if told.count > 1 {
        func line(_ name: String, _ figure: (LanguageSeparation) -> LanguageSeparation.Figure)
            -> LineChart.Line
        {
            LineChart.Line(
                name, told.map { ($0.x, figure($0.separation).value) },
                intervals: told.map { figure($0.separation).low...figure($0.separation).high })
        }
        blocks.append(
            .chart(
                LineChart(
                    title: "How well languages separate", across: "layer, the final norm last",
                    up: "silhouette",
                    lines: [
                        line("in M_s", \.specific), line("without M_s", \.complement),
                        line("in random directions", \.random),
                    ])))
    }
    let shown = evenly(found.places.count, most: 6).map { found.places[$0] }
    blocks.append(
        .row(
            shown.map { place, subspace in
                let geometry = LanguageGeometry(of: subspace, languages: found.languages)
                return .plot(
                    PointPlot(
                        title: place == .final ? "after the final norm" : "after layer \(place)",
                        unit: "of a state's norm",
                        points: zip(geometry.languages, geometry.plane).map { ($0, $1.x, $1.y) }))
            }))
    if let (place, subspace) = found.places.last {
        let geometry = LanguageGeometry(of: subspace, languages: found.languages)
        var table = Table([.text("")] + geometry.languages.map { .number($0) })
        for (row, language) in geometry.languages.enumerated() {
            table.add([language] + geometry.distances[row].map { significant($0, digits: 3) })
        }
        blocks.append(
            .table(
                table,
                caption:
                    "Distances of languages in M_s, \(place == .final ? "after the final norm" : "after layer \(place)")."
            ))
    }
    return blocks + [
        .note(
            "The planes are those in which the languages' means differ most, layer by layer; their axes mean nothing by themselves. "
                + "Silhouettes are of texts that did not fit M_s, from −1 to 1.")
    ]
}

/// Some numbers below a count, the first and the last among them.
private func evenly(_ count: Int, most: Int) -> [Int] {
    guard count > most else { return Array(0..<count) }
    return (0..<most).map { ($0 * (count - 1) + (most - 1) / 2) / (most - 1) }
}
