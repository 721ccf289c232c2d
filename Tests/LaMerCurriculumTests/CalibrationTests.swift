import Foundation
import LaMerCurriculum
import Kernels
import Statistics
import Testing

@Suite struct CalibrationTests {
    /// Facts of no relevance that jitter each score by N(0, σ²): how often they reach 0.1 nats without calibration.
    @Test(arguments: [
        (0.25, 2, 0.005), (0.25, 4, 0.005), (0.25, 8, 0.003), (0.5, 2, 0.13), (0.5, 4, 0.25), (0.5, 8, 0.37),
        (1, 2, 0.43), (1, 4, 0.75), (1, 8, 0.93), (2, 2, 0.68), (2, 4, 0.95), (2, 8, 0.998),
    ])
    func noiseFloor(_ sigma: Double, _ candidates: Int, _ rate: Double) {
        var generator = SeededGenerator(seed: 7)
        let draws = 4000
        let alarms = (0..<draws).count { _ in jittered(sigma, candidates, &generator).relativeEntropy >= 0.1 }
        let error = 4 * (rate * (1 - rate) / Double(draws)).squareRoot() + 0.005
        #expect(abs(Double(alarms) / Double(draws) - rate) < error)
    }

    /// The same jitter after calibration: about 5 % of new random facts are left, whatever σ.
    @Test(arguments: [0.5, 1, 2])
    func calibrationHoldsTheRate(_ sigma: Double) throws {
        var generator = SeededGenerator(seed: 8)
        let random = (0..<400).map { _ in (0..<3).map { _ in jittered(sigma, 4, &generator).relativeEntropy }
        }
        let calibration = try #require(Calibration(byQuery: random, floor: 0.1, seed: 0))
        let alarms = (0..<4000).count { _ in
            jittered(sigma, 4, &generator).relativeEntropy >= calibration.threshold
        }
        #expect(Double(alarms) / 4000 < 0.07)
        let held = try #require(calibration.falseAlarms.interval)
        #expect(held.low < 0.05 && held.high > 0.05 && held.high < 0.1)
    }

    @Test func chancesAndDiscoveries() throws {
        let calibration = try #require(
            Calibration(byQuery: (1...100).map { [Double($0) / 100] }, floor: 0.1, seed: 0))
        #expect(abs(calibration.threshold - 0.9505) < 1e-9)
        #expect(calibration.chance(of: 2) == 1.0 / 101)
        #expect(calibration.chance(of: 0.995) == 2.0 / 101)
        #expect(calibration.chance(of: 0) == 1)
        // 5 of 100 random facts reach it; of 10 pairs 2 do, where chance would put half of one.
        #expect(calibration.falseDiscoveries(among: [2, 3] + Array(repeating: 0, count: 8)) == 0.25)
        #expect(calibration.falseDiscoveries(among: [0]) == nil)
        #expect(Calibration(byQuery: [[1], [2]], floor: 0.1, seed: 0) == nil)
    }

    @Test func theFloorHolds() throws {
        let quiet = try #require(
            Calibration(byQuery: (0..<30).map { _ in [0.001] }, floor: 0.1, seed: 0))
        #expect(quiet.threshold == 0.1)
    }

    @Test func randomFactsAreOthersOfLikeLength() {
        let pool = (1...200).map { String(repeating: "x", count: $0) }
        let own = [[pool[9]], [pool[150], pool[20]], []]
        let random = randomFacts(for: own, count: 4, from: pool, seed: 3) { $0.count }
        #expect(random.map(\.count) == [4, 4, 0])
        #expect(random[0].allSatisfy { $0.count <= 20 && !own[0].contains($0) })
        #expect(random[1].count { $0.count > 100 } == 2)
        #expect(Set(random[1]).count == 4)
        #expect(randomFacts(for: own, count: 4, from: pool, seed: 3) { $0.count } == random)
        #expect(randomFacts(for: [["a"]], count: 2, from: ["a"], seed: 0) { $0.count } == [[]])
    }

    private func jittered(_ sigma: Double, _ candidates: Int, _ generator: inout SeededGenerator)
        -> BeliefShift
    {
        func normal() -> Double {
            let (u, v) = (
                Double.random(in: 0..<1, using: &generator), Double.random(in: 0..<1, using: &generator)
            )
            return (-2 * log(1 - u)).squareRoot() * cos(2 * .pi * v)
        }
        let prior = (0..<candidates).map { _ in normal() }
        return BeliefShift(
            from: AnswerBelief(logLikelihoods: prior),
            to: AnswerBelief(logLikelihoods: prior.map { $0 + sigma * normal() }))
    }
}
