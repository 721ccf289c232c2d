import Foundation
import Kernels
import LaMerCurriculum
import Testing

/// A random fact in the place of none: what any sentence does is in both beliefs.
@Suite struct StandInTests {
    /// A query of two answers, diagnosed from made-up losses: told nothing its log-odds are 0; told a sentence, they are
    /// the sentence's own.
    private func query(
        _ id: Int, standIn: Double?, facts: [Double], random: [Double]
    ) throws -> DiagnosedQuery {
        let subject = Subject(
            Query(id: "\(id)", text: "?"), candidates: [Candidate(["yes"]), Candidate(["no"])],
            facts: facts.map { Fact("\($0)") }, placebos: random.map { "random \($0)" },
            standIn: standIn.map { "stands in \($0)" })
        let odds = [0] + (standIn.map { [$0] } ?? []) + facts + random
        return try diagnosed(subject, odds.map { [[Float(5 - $0)], [5]] }, .sum)
    }

    private func diagnosis(_ queries: [DiagnosedQuery]) -> Diagnosis {
        let random = queries.map { $0.placebos.map(\.relativeEntropy) }
        return Diagnosis(
            queries, calibration: Calibration(byQuery: random, floor: 0.1, seed: 0), floor: 0.1)
    }

    @Test func whatIsComparedWithWhat() throws {
        let told = try query(0, standIn: -2, facts: [-2, 1], random: [-2, 0.5])
        func belief(_ odds: Double) -> AnswerBelief { AnswerBelief(logLikelihoods: [odds - 5, -5]) }
        func expect(_ found: BeliefShift, _ odds: Double) {
            #expect(abs(found.relativeEntropy - relativeEntropy(of: belief(-2), given: belief(odds))) < 1e-6)
        }
        #expect(abs(told.belief.probabilities[0] - 0.5) < 1e-12, "what it believes told nothing stays so")
        #expect(told.shifts[0].relativeEntropy == 0 && told.placebos[0].relativeEntropy == 0)
        expect(told.shifts[1], 1)
        expect(told.placebos[1], 0.5)
        let bare = try query(0, standIn: nil, facts: [-2, 1], random: [-2])
        #expect(bare.shifts[0].relativeEntropy == bare.placebos[0].relativeEntropy)
        #expect(bare.shifts[0].relativeEntropy > 0.3)
    }

    /// Any sentence moves the answers by −2 nats, and one fact takes this back. Compared with nothing it seems to do
    /// nothing, and every random fact seems to matter; compared with a random fact it stands out, and they do not.
    @Test func whatAnySentenceDoesCancels() throws {
        func made(usesStandIns: Bool) throws -> Diagnosis {
            var generator = SeededGenerator(seed: 3)
            func jitter() -> Double { Double.random(in: -0.3...0.3, using: &generator) }
            return diagnosis(
                try (0..<40).map { id in
                    let sentences = (0..<4).map { _ in -2 + jitter() }
                    return try query(
                        id, standIn: usesStandIns ? sentences[3] : nil, facts: [jitter()],
                        random: Array(sentences.prefix(3)))
                })
        }
        let (nothing, placebo) = (try made(usesStandIns: false), try made(usesStandIns: true))
        #expect(nothing.threshold > 0.4 && nothing.pairs.allSatisfy { !$0.isDeficient })
        #expect(placebo.threshold == 0.1 && placebo.pairs.allSatisfy(\.isDeficient))
        #expect(placebo.usesStandIns && !nothing.usesStandIns)
    }

    /// A fact that is itself a random one cannot be told from the null: as many reach the threshold, and how likely a
    /// random fact does as much is as often below any number as that number says.
    @Test(arguments: [0.5, 1.5])
    func aRandomFactIsLikeTheNull(_ sigma: Double) throws {
        var generator = SeededGenerator(seed: 11)
        func normal() -> Double {
            let (u, v) = (
                Double.random(in: 0..<1, using: &generator), Double.random(in: 0..<1, using: &generator)
            )
            return (-2 * log(1 - u)).squareRoot() * cos(2 * .pi * v)
        }
        let found = diagnosis(
            try (0..<1500).map { id in
                let place = 2 * normal()  // what any sentence does to this query
                let told = (0..<5).map { _ in place + sigma * normal() }
                return try query(id, standIn: told[0], facts: [told[1]], random: Array(told.suffix(3)))
            })
        let chances = found.pairs.compactMap(\.chance)
        #expect(chances.count == 1500)
        for level in [0.05, 0.1, 0.25, 0.5, 0.75, 0.9] {
            let share = Double(chances.count { $0 <= level }) / 1500
            // Five standard errors of 1500 facts and of the 4500 random ones.
            #expect(abs(share - level) < 5 * (level * (1 - level) * (1 / 1500.0 + 1 / 1500.0)).squareRoot())
        }
        let calibrated = found.pairs.compactMap(\.calibrated).reduce(0, +) / 1500
        #expect(abs(calibrated) < 0.05)
    }
}
