import Kernels
import Statistics

/// How well languages separate at a place: mean silhouettes, from −1 to 1, of texts that did not fit the subspace.
///
/// The texts of each language are halved: the even ones give a subspace, the odd ones are looked at in it.
public struct LanguageSeparation: Sendable, Equatable, Codable {
    /// In M_s, what tells languages apart.
    public let specific: Figure
    /// In what is left of the states without M_s.
    public let complement: Figure
    /// In as many directions that are drawn: the control.
    public let random: Figure

    /// A mean over texts with its 95 % interval, texts drawn and languages kept.
    public struct Figure: Sendable, Equatable, Codable {
        /// The mean, and the ends of its interval.
        public let value, low, high: Double

        init(_ silhouettes: [Double]) {
            let mean = Mean(silhouettes)
            let half = mean.standardError.isFinite ? normalReach * mean.standardError : 0
            (value, low, high) = (mean.value, mean.value - half, mean.value + half)
        }
    }

    /// The most texts of a language whose silhouettes are taken: distances are as many as their square.
    static let mostTexts = 100

    /// - Parameters:
    ///   - states: the states of each language's texts: [text][d], two or more each.
    ///   - rank: the directions of the subspace.
    ///   - place: what an error calls the place, and what decides what is drawn.
    ///   - seed: of what is drawn.
    init(
        of states: [(language: String, states: [[Double]])], central: String, rank: Int, place: SubspacePlace,
        seed: Int
    ) throws(LanguagesError) {
        let halves = states.map { language, texts in
            (
                language: language, fit: texts.indices.filter { $0 % 2 == 0 }.map { texts[$0] },
                test: texts.indices.filter { $0 % 2 == 1 }.prefix(Self.mostTexts).map { texts[$0] }
            )
        }
        let means = halves.map { (language: $0.language, mean: mean(of: $0.fit)) }
        let subspace = try LanguageSubspace(of: means, central: central, rank: rank, place: place)
        let points = halves.flatMap(\.test)
        let clusters = halves.indices.flatMap { [Int](repeating: $0, count: halves[$0].test.count) }
        let drawn = randomDirections(
            rank, width: points.first?.count ?? 0, seed: seed,
            stream: place.number ?? -1)
        func figure(_ points: [[Double]]) -> Figure { Figure(silhouettes(of: points, clusters)) }
        specific = figure(points.map(subspace.coordinates))
        complement = figure(points.map { sum($0, -1, subspace.specificPart(of: $0)) })
        random = figure(points.map { point in drawn.map { dot(point, $0) } })
    }
}

/// The silhouette of each point, by Euclidean distances from the products of points.
private func silhouettes(of points: [[Double]], _ clusters: [Int]) -> [Double] {
    let products = DoubleMatrix(rows: points.count, columns: points.first?.count ?? 0, points.flatMap(\.self))
        .rowProducts
    let n = points.count
    return Statistics.silhouettes(clusters) { i, j in
        max(0, products.values[i * n + i] + products.values[j * n + j] - 2 * products.values[i * n + j])
            .squareRoot()
    } ?? []
}

/// The mean of some states: [d].
func mean(of states: [[Double]]) -> [Double] {
    let width = states.first?.count ?? 0
    return (0..<width).map { i in states.reduce(0) { $0 + $1[i] } / Double(states.count) }
}
