import Foundation
import LanguageSubspaces
import Reports

/// The tables of subspaces for a terminal.
func subspacesText(_ found: Subspaces) -> String {
    var lines = [
        "\(found.languages.count) languages: "
            + found.languages.map { "\($0)\(found.texts[$0].map { " (\($0) texts)" } ?? "")" }.joined(
                separator: ", ")
            + "; central \(found.central), rank \(found.rank)"
            + (found.origin["random"].map {
                "; directions that were drawn (seed \($0)), not read from a model"
            } ?? "")
    ]
    var table = Table([
        .text("after layer"), .number("‖Δ‖, mean"), .number("of ‖M_a‖, %"), .number("silhouette in M_s"),
        .number("95 %"), .number("without M_s"), .number("95 %"), .number("random"), .number("95 %"),
    ])
    for (place, subspace) in found.places {
        let geometry = LanguageGeometry(of: subspace, languages: found.languages)
        let others = zip(found.languages, geometry.lengths).filter { $0.0 != found.central }.map(\.1)
        let mean = others.reduce(0, +) / Double(max(1, others.count))
        let size = subspace.agnostic.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let separation = found.separation[place]
        func cells(_ figure: LanguageSeparation.Figure?) -> [String] {
            guard let figure else { return ["–", "–"] }
            return [number(figure.value), "[\(number(figure.low)), \(number(figure.high))]"]
        }
        table.add(
            ["\(place)", number(mean), size > 0 ? number(100 * mean / size) : "–"]
                + cells(separation?.specific)
                + cells(separation?.complement) + cells(separation?.random))
    }
    lines.append(table.fitted)
    if let (place, subspace) = found.places.last {
        lines.append(distanceTable(place, LanguageGeometry(of: subspace, languages: found.languages)).fitted)
    }
    lines.append(contentsOf: sentences(found))
    return lines.joined(separator: "\n")
}

/// Distances below the diagonal, angles above it.
private func distanceTable(_ place: SubspacePlace, _ geometry: LanguageGeometry) -> Table {
    var table = Table([.text("\(place): distance \\ angle")] + geometry.languages.map { .number($0) })
    for (row, language) in geometry.languages.enumerated() {
        table.add(
            [language]
                + geometry.languages.indices.map { column in
                    if column == row { return "" }
                    if column < row { return number(geometry.distances[row][column]) }
                    let angle = geometry.angles[row][column]
                    return angle.isNaN ? "–" : String(format: "%.0f°", angle)
                })
    }
    return table
}

private func sentences(_ found: Subspaces) -> [String] {
    var sentences = [
        "Below the diagonal ‖Δ_l − Δ_k‖, above it the angle between the directions from \(found.central) to two languages: below 90° "
            + "they go the same way."
    ]
    let told = found.places.compactMap { found.separation[$0.place] }
    if !told.isEmpty {
        let better = told.count { $0.specific.low > $0.random.high }
        let left = told.count { $0.complement.low > 0.05 }
        sentences.append(
            "Silhouettes are of texts that did not fit the subspace: the silhouette in M_s lies above that in random directions, "
                + "their intervals apart, at \(better) of \(told.count) places; without M_s its interval lies above 0.05 at \(left)."
        )
    } else {
        sentences.append("How well languages separate is not known: four or more texts of each are needed.")
    }
    return sentences
}

/// What `languages show --json` prints.
struct SubspacesJSON: Encodable {
    struct Place: Encodable {
        let layer: String
        let agnosticNorm: Double
        let separation: LanguageSeparation?
        let lengths: [String: Double]
        let distances, angles: [[Double?]]
        let plane: [[Double]]

        enum CodingKeys: String, CodingKey {
            case layer, separation, lengths, distances, angles, plane
            case agnosticNorm = "agnostic_norm"
        }
    }

    let languages: [String]
    let central: String
    let rank: Int
    let texts: [String: Int]
    let origin: [String: String]
    let places: [Place]

    init(_ found: Subspaces) {
        (languages, central, rank) = (found.languages, found.central, found.rank)
        (texts, origin) = (found.texts, found.origin)
        places = found.places.map { place, subspace in
            let geometry = LanguageGeometry(of: subspace, languages: found.languages)
            func finite(_ rows: [[Double]]) -> [[Double?]] { rows.map { $0.map { $0.isFinite ? $0 : nil } } }
            return Place(
                layer: "\(place)",
                agnosticNorm: subspace.agnostic.reduce(0) { $0 + $1 * $1 }.squareRoot(),
                separation: found.separation[place],
                lengths: Dictionary(uniqueKeysWithValues: zip(found.languages, geometry.lengths)),
                distances: finite(geometry.distances), angles: finite(geometry.angles),
                plane: geometry.plane.map { [$0.x, $0.y] })
        }
    }
}
