import HeadActivation
import Testing

@Suite struct ConcentrationTests {
    struct Vector: Sendable {
        let x: [Double]
        let gini, variation, sampleVariation: Double
        let fisher, pearson, unbiased: Double?

        init(
            _ x: [Double], _ gini: Double, _ variation: Double, _ sampleVariation: Double, _ fisher: Double?,
            _ pearson: Double?, _ unbiased: Double?
        ) {
            (self.x, self.gini, self.variation, self.sampleVariation) = (x, gini, variation, sampleVariation)
            (self.fisher, self.pearson, self.unbiased) = (fisher, pearson, unbiased)
        }
    }

    /// Computed in double precision with SciPy's definitions.
    static let vectors = [
        Vector([1, 1, 1, 1], 0, 0, 0, nil, nil, nil),
        Vector([0, 0, 0, 1], 0.75, 1.732051, 2, -0.666667, 2.333333, 4),
        Vector([0, 1, 2, 3], 0.416667, 0.745356, 0.860663, -1.36, 1.64, -1.2),
        Vector([1, 2, 3, 4, 10], 0.4, 0.790569, 0.883883, -0.212, 2.788, 3.152),
        Vector([0.5, 0.5, 1, 2, 4, 8], 0.510417, 1.001951, 1.097583, -0.173689, 2.826311, 1.993406),
    ]

    @Test(arguments: vectors)
    func matchesTheVectors(_ vector: Vector) {
        for x in [vector.x, vector.x.reversed(), vector.x.map { 1e-6 * $0 }] {
            #expect(close(gini(x), vector.gini))
            #expect(close(coefficientOfVariation(x), vector.variation))
            #expect(close(coefficientOfVariation(x, ddof: 1), vector.sampleVariation))
            #expect(close(kurtosis(x), vector.fisher))
            #expect(close(kurtosis(x, form: .pearson), vector.pearson))
            #expect(close(kurtosis(x, form: .unbiased), vector.unbiased))
        }
    }

    @Test func isUndefinedWhereTheFormulasAre() {
        let nothing = Concentration(of: [0, 0, 0])
        #expect(nothing.gini == nil && nothing.variation == nil && nothing.topShare == nil)
        #expect(nothing.kurtosis == nil)
        #expect(kurtosis([1, 2, 3], form: .unbiased) == nil)
        #expect(kurtosis([0.1, 0.1, 0.1]) == nil)
        #expect(coefficientOfVariation([1], ddof: 1) == nil)
    }

    @Test func givesTheShareOfTheLargest() {
        #expect(topShare([1, 2, 3, 4]) == 0.4)
        #expect(topShare([1, 4, 3, 2], k: 2) == 0.7)
        #expect(topShare([1, 4, 3, 2], k: 9) == 1)
        #expect(Concentration(of: [-1, 1, 2]) == Concentration(of: [1, 1, 2]))
    }

    /// One head of 1,024 that grows from 8 to 20 times the mean: kurtosis jumps, Gini hardly moves.
    @Test(arguments: 1...4)
    func showsThatOneHeadRulesKurtosis(_ seed: Int) throws {
        var normal = Normal(seed)
        var x = normal.logNormal(1024)
        let middle = x.reduce(0, +) / 1024
        x[100] = 8 * middle
        let before = Concentration(of: x)
        x[100] = 20 * middle
        let after = Concentration(of: x)
        #expect(try #require(before.kurtosis) < 45 && #require(after.kurtosis) > 80)
        let rise = try #require(after.gini) - #require(before.gini)
        #expect(rise > 0.005 && rise < 0.008)
    }

    private func close(_ found: Double?, _ expected: Double?) -> Bool {
        guard let found, let expected else { return found == nil && expected == nil }
        return abs(found - expected) < 1e-6
    }
}
