import Kernels
import Statistics

/// What all languages share of a model's states at a place, and what tells them apart.
///
/// With M = [m_1 … m_L] the means of each language's states, c their mean, r the rank:
///
///     M′  = c·1ᵀ + the best approximation of M − c·1ᵀ of rank r
///     M_a = the point of the affine hull of M′'s columns that is nearest to the origin          [d]
///     M_s = the left singular vectors of M′ − M_a·1ᵀ, r of them                                 [d, r]
///     Δ_l = M_s·M_sᵀ·(m_l − m_central)                                                          [d]
///
/// M_s ⟂ M_a. With r = L − 1, M′ = M, and P_a·m_l = M_a for every language: the means coincide in the agnostic subspace.
///
/// - Source: Xie et al. 2022 (LSAR); *Lens*, arXiv 2410.04407, whose release has M_a = w/‖w‖² with w = (M′⁺)ᵀ·1: the same
///   point.
public struct LanguageSubspace: Sendable, Equatable {
    /// M_a, the agnostic direction: [d].
    public let agnostic: [Double]
    /// The columns of M_s, orthonormal: [r][d].
    public let specific: [[Double]]
    /// Δ_l of each language; 0 of the central one: [d].
    public let expressions: [String: [Double]]

    /// A subspace that is known.
    public init(agnostic: [Double], specific: [[Double]], expressions: [String: [Double]]) {
        (self.agnostic, self.specific, self.expressions) = (agnostic, specific, expressions)
    }

    /// The subspaces of some means.
    ///
    /// - Parameters:
    ///   - means: the mean state of each language, two or more: [d].
    ///   - central: the language from which expressions are measured; one of them.
    ///   - rank: from 1 to languages − 1.
    ///   - place: what an error calls the place.
    /// - Throws: where the means differ in fewer directions than the rank, or are not finite.
    public init(
        of means: [(language: String, mean: [Double])], central: String, rank: Int, place: SubspacePlace
    ) throws(LanguagesError) {
        let (count, d) = (means.count, means.first?.mean.count ?? 0)
        guard rank >= 1, rank <= count - 1 else { throw .rank(rank, languages: count) }
        guard let center = means.first(where: { $0.language == central })?.mean else {
            throw .noCentral(central, found: means.map(\.language))
        }
        let c = (0..<d).map { i in means.reduce(0) { $0 + $1.mean[i] } / Double(count) }
        // Languages stand in rows, so that left singular vectors are the rows of Vᵀ, with the signs that NumPy gives them.
        let spread = means.flatMap { sum($0.mean, -1, c) }
        guard let found = SingularValueDecomposition(spread, rows: count, columns: d) else {
            throw .notFinite(place: "\(place)")
        }
        guard found.values[rank - 1] > 1e-9 * max(found.values[0], norm(c) * 1e-6) else {
            throw .alike(place: "\(place)", rank: rank)
        }
        func directions(_ found: SingularValueDecomposition) -> [[Double]] {
            (0..<rank).map { Array(found.vt[$0 * d..<($0 + 1) * d]) }
        }
        let (kept, main) = (found.values.count, directions(found))
        // The nearest point: c without what of it lies along the hull.
        let agnostic = sum(c, -1, projection(of: c, on: main))
        let low = (0..<count).flatMap { language in
            main.indices.reduce(sum(c, -1, agnostic)) {
                sum($0, found.u[language * kept + $1] * found.values[$1], main[$1])
            }
        }
        guard let again = SingularValueDecomposition(low, rows: count, columns: d) else {
            throw .notFinite(place: "\(place)")
        }
        self.agnostic = agnostic
        let specific = directions(again)
        self.specific = specific
        expressions = Dictionary(
            uniqueKeysWithValues: means.map { language, mean in
                (language, projection(of: sum(mean, -1, center), on: specific))
            })
    }

    /// The coordinates of a state along M_s: [r].
    public func coordinates(of state: [Double]) -> [Double] { specific.map { dot(state, $0) } }

    /// P_s·x, what of a state tells its language.
    public func specificPart(of state: [Double]) -> [Double] { projection(of: state, on: specific) }

    /// M_a at norm 1: [d].
    public var agnosticDirection: [Double] {
        let length = norm(agnostic)
        return length > 0 ? agnostic.map { $0 / length } : agnostic
    }

    /// The same languages in as many directions that are drawn: their expressions are as long and lie at the same angles. The
    /// control of what the true directions do.
    public func random(seed: Int, stream: Int) -> LanguageSubspace {
        let drawn = randomDirections(specific.count, width: agnostic.count, seed: seed, stream: stream)
        return LanguageSubspace(
            agnostic: sum(agnostic, -1, projection(of: agnostic, on: drawn)), specific: drawn,
            expressions: expressions.mapValues { expression in
                zip(coordinates(of: expression), drawn).reduce(
                    [Double](repeating: 0, count: agnostic.count)
                ) {
                    sum($0, $1.0, $1.1)
                }
            })
    }
}

/// Orthonormal directions that are drawn: [count][width].
func randomDirections(_ count: Int, width: Int, seed: Int, stream: Int) -> [[Double]] {
    var generator = SeededGenerator(seed: seed, stream: stream)
    var found: [[Double]] = []
    while found.count < count {
        // Sums of twelve uniform numbers are as good as normal ones here.
        var one = (0..<width).map { _ in
            (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) }
        }
        for _ in 0..<2 { one = sum(one, -1, projection(of: one, on: found)) }
        let length = norm(one)
        if length > 1e-6 { found.append(one.map { $0 / length }) }
    }
    return found
}

/// a + factor · b.
func sum(_ a: [Double], _ factor: Double, _ b: [Double]) -> [Double] { zip(a, b).map { $0 + factor * $1 } }

/// Σ (x · direction) direction, of orthonormal directions.
func projection(of x: [Double], on directions: [[Double]]) -> [Double] {
    directions.reduce([Double](repeating: 0, count: x.count)) { sum($0, dot(x, $1), $1) }
}
