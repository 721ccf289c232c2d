import Foundation
import Kernels

/// Texts that are nearly alike and lie in different folds: a probe may know the copy instead of the label.
public struct NearCopies: Sendable, Equatable {
    /// The layer of the residual stream at which texts were compared.
    public let layer: Int
    /// Pairs of different folds, by the places of their texts among all.
    public let pairs: [Pair]

    /// Two texts.
    public struct Pair: Sendable, Equatable {
        /// The places of the texts.
        public let one, other: Int
        /// Whether their labels differ, as in a minimal pair.
        public let hasTwoLabels: Bool
    }

    /// A pair is nearer than this part of the usual distance: on SmolLM2, pairs that differ by one word lie at 0.2 to 0.4,
    /// unrelated texts at 0.6 and more.
    static let nearness = 0.4
    /// The most texts that are compared with each other.
    static let most = 4000
}

extension States {
    /// Looks for near-copies across folds: each other's nearest texts, closer than 0.4 of the median distance between
    /// texts, in the middle layer of the residual stream, each feature standardised.
    ///
    /// - Parameters:
    ///   - texts: the texts that are probed, of which the first 4,000 are looked at.
    ///   - labels: their labels.
    ///   - folds: the fold of each text.
    /// - Returns: nil where the residual stream was not read, or there are too few texts to say what is usual.
    public func nearCopies(of texts: [Int], labels: [Int], _ folds: ProbeFolds) -> NearCopies? {
        guard sites[.residual] != nil, texts.count >= 8 else { return nil }
        let layer = layers[layers.count / 2]
        let texts = Swift.Array(texts.prefix(NearCopies.most))
        let place = ProbePlace(site: StateSite.residual.rawValue, layer: layer, head: nil)
        let distances = SquaredDistances(standardized(features(place, of: texts)))
        let limit = NearCopies.nearness * NearCopies.nearness * distances.median
        let nearest = texts.indices.map(distances.nearest)
        let pairs = texts.indices.compactMap { one -> NearCopies.Pair? in
            let other = nearest[one]
            guard one < other, nearest[other] == one, folds.fold[one] != folds.fold[other],
                distances[one, other] < limit
            else { return nil }
            return NearCopies.Pair(
                one: texts[one], other: texts[other], hasTwoLabels: labels[one] != labels[other])
        }
        return NearCopies(layer: layer, pairs: pairs)
    }
}

/// The squared Euclidean distances between the rows of a matrix.
private struct SquaredDistances {
    private let products: DoubleMatrix

    init(_ rows: DoubleMatrix) { products = rows.rowProducts }

    subscript(one: Int, other: Int) -> Double {
        let n = products.columns
        let (own, others) = (products.values[one * n + one], products.values[other * n + other])
        return max(0, own + others - 2 * products.values[one * n + other])
    }

    /// The other row that is nearest to a row.
    func nearest(to row: Int) -> Int {
        var (best, least) = (row == 0 ? 1 : 0, Double.infinity)
        for other in 0..<products.rows where other != row {
            let distance = self[row, other]
            if distance < least { (best, least) = (other, distance) }
        }
        return best
    }

    /// The median over pairs.
    var median: Double {
        let all = (0..<products.rows).flatMap { one in (0..<one).map { self[one, $0] } }.sorted()
        return all[all.count / 2]
    }
}
