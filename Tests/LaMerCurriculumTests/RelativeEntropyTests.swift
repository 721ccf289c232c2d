import LaMerCurriculum
import Testing

@Suite struct RelativeEntropyTests {
    struct Vector: Sendable {
        let without: [Double], with: [Double], p: [Double], q: [Double], kl: Double, reverse: Double,
            jsd: Double
    }

    /// Computed in double precision by hand-written NumPy.
    static let vectors = [
        Vector(
            without: [-1, -2.5], with: [-3, -0.7], p: [0.817574, 0.182426], q: [0.091123, 0.908877],
            kl: 1.500915, reverse: 1.259601, jsd: 0.298883),
        Vector(
            without: [-1, -2.5, -4], with: [-3, -0.7, -1], p: [0.785597, 0.175290, 0.039113],
            q: [0.054457, 0.543160, 0.402383], kl: 1.807373, reverse: 1.406885, jsd: 0.326665),
    ]

    @Test(arguments: vectors)
    func matches(_ vector: Vector) {
        let (p, q) = (AnswerBelief(logLikelihoods: vector.without), AnswerBelief(logLikelihoods: vector.with))
        for (found, expected) in zip(p.probabilities + q.probabilities, vector.p + vector.q) {
            #expect(abs(found - expected) < 1e-6)
        }
        #expect(abs(relativeEntropy(of: p, given: q) - vector.kl) < 1e-6)
        #expect(abs(relativeEntropy(of: q, given: p) - vector.reverse) < 1e-6)
        #expect(abs(jensenShannonDivergence(p, q) - vector.jsd) < 1e-6)
    }

    /// Negating both lists, as the formula is printed, changes nothing for two candidates and much for three.
    @Test func signOfTheLikelihoods() {
        func negated(_ x: [Double]) -> AnswerBelief { AnswerBelief(logLikelihoods: x.map { -$0 }) }
        let two = Self.vectors[0], three = Self.vectors[1]
        #expect(abs(relativeEntropy(of: negated(two.without), given: negated(two.with)) - 1.500915) < 1e-6)
        #expect(
            abs(relativeEntropy(of: negated(three.without), given: negated(three.with)) - 1.564329) < 1e-6)
    }

    /// Sums of many tokens against their means: the choice decides.
    @Test func sumsAndMeansDiffer() {
        func entropy(_ without: [Double], _ with: [Double]) -> Double {
            relativeEntropy(
                of: AnswerBelief(logLikelihoods: without), given: AnswerBelief(logLikelihoods: with))
        }
        #expect(abs(entropy([-120, -131], [-140, -125]) - 15.0) < 0.01)
        #expect(abs(entropy([-1.2, -131.0 / 110], [-1.4, -125.0 / 110]) - 0.0081) < 5e-4)
    }

    @Test func neverNegativeAndZeroForEqualBeliefs() {
        let belief = AnswerBelief(logLikelihoods: [-700, -0.1, -3])
        #expect(relativeEntropy(of: belief, given: belief) == 0)
    }
}
