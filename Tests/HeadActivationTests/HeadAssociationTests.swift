import HeadActivation
import Kernels
import Statistics
import TestSupport
import Testing

@Suite struct HeadAssociationTests {
    private static func numbers(_ count: Int, stream: Int) -> [Double] {
        var generator = SeededGenerator(seed: 5, stream: stream)
        return (0..<count).map { _ in Double.random(in: 0...1, using: &generator) }
    }

    /// Two numbers that both grow with depth, and otherwise have nothing to do with each other.
    @Test func depthAloneExplainsNothingWithinLayers() throws {
        let (one, other) = (Self.numbers(120, stream: 0), Self.numbers(120, stream: 1))
        func deep(_ x: [Double]) -> [Double] { x.indices.map { x[$0] + Double($0 / 10) } }
        let found = try #require(HeadAssociation(deep(one), with: deep(other), heads: 10, seed: 1))
        #expect(found.overall.value > 0.8 && found.overall.p < 0.01 && found.heads == 120)
        let within = try #require(found.withinLayers)
        #expect(abs(within.value) < 0.3 && within.p > 0.05)
    }

    @Test func equalNumbersGoTogether() throws {
        let one = Self.numbers(120, stream: 2)
        let found = try #require(HeadAssociation(one, with: one.map { $0 * $0 }, heads: 10, seed: 1))
        #expect(found.overall.value > 1 - 1e-12 && found.withinLayers?.p == 1 / 1001.0)
        let interval = try #require(found.overall.interval)
        #expect(interval.low <= 1 && interval.high > 1 - 1e-12)
    }

    /// Without an association, p is uniform: at most about one in twenty falls below 0.05.
    @Test func chanceIsHeldDown() {
        var below = 0
        for run in 0..<200 {
            let (one, other) = (
                Self.numbers(40, stream: 10 + 2 * run), Self.numbers(40, stream: 11 + 2 * run)
            )
            let found = HeadAssociation(one, with: other, heads: 5, draws: 200, seed: run)
            if let p = found?.withinLayers?.p, p <= 0.05 { below += 1 }
        }
        #expect(below <= 20, "\(below) of 200")
    }

    @Test func whatIsUnknownIsLeftOut() {
        let one: [Double?] = [1, nil, 3, 2]
        let found = HeadAssociation(one, with: [1, 9, 3, 2], heads: 2, seed: 0)
        #expect(abs((found?.overall.value ?? 0) - 1) < 1e-12 && found?.heads == 3)
        #expect(HeadAssociation([1, 1, nil, 1], with: [1, 2, 3, 4], heads: 2, seed: 0) == nil)
    }
}
