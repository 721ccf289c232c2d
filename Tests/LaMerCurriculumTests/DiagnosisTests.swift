import LaMerCurriculum
import Statistics
import Testing

/// What follows from scores that are made up.
@Suite struct DiagnosisTests {
    /// A query whose answer 0 has the log-odds `prior`, moved by each of the facts and random facts.
    private func query(
        _ id: Int, prior: Double, facts: [(String, Double)], random: [Double] = [], answer: String? = nil
    ) -> DiagnosedQuery {
        func belief(_ odds: Double) -> AnswerBelief { AnswerBelief(logLikelihoods: [odds, 0]) }
        func shift(_ by: Double) -> BeliefShift { BeliefShift(from: belief(prior), to: belief(prior + by)) }
        return DiagnosedQuery(
            subject: Subject(
                Query(id: "\(id)", text: "query \(id)", answer: answer),
                candidates: [Candidate(["yes"]), Candidate(["no"], needsFact: true)],
                facts: facts.map { Fact($0.0) }, placebos: random.map { "\($0)" }),
            normalization: .sum, belief: belief(prior), answerLoss: Double(id),
            shifts: facts.map { shift($0.1) },
            placebos: random.map(shift))
    }

    /// Two wordings of one answer add up, so that wording is no disagreement; a score that is no number is an error.
    @Test func wordingsOfOneAnswerAddUp() throws {
        let subject = Subject(
            Query(id: "q", text: "?"), candidates: [Candidate(["yes", "yes."]), Candidate(["no"])],
            facts: [Fact("f")], placebos: [])
        let losses: [[[Float]]] = [[[1], [1], [1]], [[2], [2], [1]]]
        let found = try diagnosed(subject, losses, .sum)
        #expect(abs(found.belief.probabilities[0] - 2.0 / 3) < 1e-12)
        #expect(abs(found.shifts[0].with.probabilities[0] - 2 / (2 + 2.718281828459045)) < 1e-12)
        #expect(throws: DiagnosisError.self) {
            try diagnosed(subject, [[[1], [1], [.infinity]], losses[1]], .sum)
        }
    }

    @Test func pairsCarryTheirNumbers() throws {
        let queries = (0..<20).map {
            query($0, prior: 1, facts: [("a", -3), ("b", 0)], random: [0.1, -0.3])
        }
        let calibration = Calibration(
            byQuery: queries.map { $0.placebos.map(\.relativeEntropy) }, floor: 0.1, seed: 0)
        let diagnosis = Diagnosis(queries, calibration: calibration, floor: 0.1)
        #expect(diagnosis.pairs.count == 40 && diagnosis.threshold == 0.1)
        let (strong, none) = (diagnosis.pairs[0], diagnosis.pairs[1])
        #expect(
            strong.isDeficient && strong.isNewAnswer && strong.band == .unfair && strong.shift.kind == .flip)
        #expect(!none.isDeficient && none.band == nil && none.shift.relativeEntropy == 0)
        let mean = queries[0].placebos.reduce(0) { $0 + $1.relativeEntropy } / 2
        #expect(abs((none.calibrated ?? 0) + mean) < 1e-15)
        #expect(diagnosis.falseDiscoveries == 0)
    }

    @Test func deficienciesGatherFacts() throws {
        let queries = [
            query(0, prior: 0, facts: [("Cats can climb tall trees.", 3), ("Water is wet.", 1)]),
            query(1, prior: 0, facts: [("cats can climb tall trees", 2.9), ("Iron rusts.", 0)]),
            query(2, prior: 0, facts: [("Cats can climb very tall trees.", 3), ("Water is wet.", 0)]),
            query(3, prior: 0, facts: [("Fish swim.", 3.1)]),
        ]
        let found = Diagnosis(queries, calibration: nil, floor: 0.1).deficiencies()
        #expect(found.map { $0.facts[0] } == ["Cats can climb tall trees.", "Fish swim.", "Water is wet."])
        #expect(found[0].facts.count == 3 && found[0].pairs.count == 3 && found[0].scored == 3)
        #expect(found[0].pairs.map(\.queryID) == ["0", "2", "1"])
        // One query tests the worst fact, so it does not come first.
        #expect(found[1].worst > found[0].worst && found[1].severity < found[0].severity)
        #expect(found[2].pairs.count == 1 && found[2].scored == 2)
        #expect(found[2].severity < found[1].severity)
    }

    /// Counted by hand: of the 16 pairs of a wrong and a right answer, 13 are in order.
    @Test func checkAgainstAnswers() throws {
        // RE grows with the index; the first choice is "yes" where the prior is positive.
        let wrong = [false, false, true, false, true, false, true, true]
        let queries = wrong.indices.map {
            query($0, prior: 1, facts: [("f\($0)", -0.5 * Double($0))], answer: wrong[$0] ? "no" : "yes")
        }
        let diagnosis = Diagnosis(queries, calibration: nil, floor: 0.1)
        let check = try #require(diagnosis.check(resamples: 200, seed: 1))
        #expect(check.queries == 8 && check.wrong == 4 && check.flagged == 6)
        let entropy = check.detectors[0]
        #expect(abs((entropy.precision.value ?? 0) - 4.0 / 6) < 1e-12 && entropy.recall.value == 1)
        #expect(abs((entropy.f1.value ?? 0) - 0.8) < 1e-12)
        #expect(abs((entropy.auroc.value ?? 0) - 13.0 / 16) < 1e-12 && entropy.aurocGain.value == 0)
        // The belief told nothing is the same for all: ties are worth a half.
        let flat = try #require(check.detectors.first { $0.name == "entropy" })
        #expect(flat.auroc.value == 0.5)
        #expect(diagnosis.check(resamples: 10, seed: 1)?.detectors.count == 5)
        #expect(Diagnosis(Array(queries.prefix(2)), calibration: nil, floor: 0.1).check(seed: 0) == nil)
    }
}
