import Statistics
import Foundation
import Testing

@testable import GradAttrib

/// Integrals of functions whose change is known, shared by two heads as 2 to 1.
@Suite struct PathIntegralTests {
    /// F and its slope for each probe.
    func path(_ probes: [(f: (Double) -> Double, slope: (Double) -> Double)]) -> Path {
        Path(
            values: { shares in shares.map { share in probes.map { Float($0.f(Double(share))) } } },
            slopes: { shares in
                shares.map { share in
                    let slopes = probes.map { Float($0.slope(Double(share))) }
                    return (
                        probes.map { Float($0.f(Double(share))) },
                        slopes.flatMap { [$0 * 2 / 3, $0 / 3] }
                    )
                }
            })
    }

    let smooth = (f: { (a: Double) in a * a }, slope: { (a: Double) in 2 * a })
    /// A step of height 2 and a width of 1/200.
    let step = (
        f: { (a: Double) in tanh(200 * (a - 0.31)) },
        slope: { (a: Double) in 200 / pow(cosh(200 * (a - 0.31)), 2) }
    )

    @Test func pointsAreAddedForTheProbeThatNeedsThem() {
        let probes = [smooth, step]
        let integral = PathIntegral(
            path(probes), ends: probes.map { Float($0.f(1)) }, heads: 2, points: 20,
            alone: { path([probes[$0]]) })
        #expect(integral.points[0] == 20 && integral.points[1] > 20 && integral.points[1] < 60)
        for (share, expected) in zip(integral.shares, [2.0 / 3, 1.0 / 3, 4.0 / 3, 2.0 / 3]) {
            #expect(abs(Double(share) - expected) < 0.01 * expected, "\(share), not \(expected)")
        }
    }

    @Test func withoutRefinementItIsTheMidpointRule() {
        let integral = PathIntegral(
            path([step]), ends: [Float(step.f(1))], heads: 2, points: 20, alone: nil)
        let sum = (0..<20).reduce(0.0) { $0 + step.slope((Double($1) + 0.5) / 20) / 20 }
        #expect(integral.points == [20] && abs(Double(integral.shares[0]) - sum * 2 / 3) < 1e-5)
        #expect(abs(Double(integral.changes[0]) - 2) < 1e-5 && abs(sum - 2) > 0.02)
    }

    /// A jump has no gradient, so no number of points finds it: the search ends all the same.
    @Test func aJumpEndsTheSearch() {
        let jump = (f: { (a: Double) in a < 0.31 ? 0.0 : 1 }, slope: { (_: Double) in 0.0 })
        let integral = PathIntegral(
            path([jump]), ends: [1], heads: 2, points: 20, alone: { _ in path([jump]) })
        #expect(integral.points[0] <= 220 && integral.shares.elements == [0, 0])
    }
}
