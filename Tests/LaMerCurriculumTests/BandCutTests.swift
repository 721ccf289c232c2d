import LaMerCurriculum
import Testing

@Suite struct BandCutTests {
    @Test func thePapersCuts() {
        let bands = [0.1, 0.3999, 0.4, 0.7, 0.9999, 1.0, 25].map { BandCuts.fixed.band(of: $0).rawValue }
        #expect(bands == [1, 1, 2, 3, 3, 4, 4])
    }

    @Test func quartiles() throws {
        let cuts = try #require(BandCuts(quartilesOf: [3, 1, 2, 5, 4]))
        #expect(cuts.starts == [2, 3, 4])
        #expect([-1, 1, 2, 3.5, 4, 9].map { cuts.band(of: $0).rawValue } == [1, 1, 2, 3, 4, 4])
        let four = try #require(BandCuts(quartilesOf: [0.2, 0.11, 0.13, 5]))
        #expect([0.11, 0.13, 0.2, 5].map { four.band(of: $0).rawValue } == [1, 2, 3, 4])
        #expect(BandCuts(quartilesOf: [1, 1, 2, 2, 3, 3]) == nil)
    }

    /// Queries whose facts move a belief of one half by ever more, and whose random facts move it by `random`.
    private func queries(_ count: Int, random: (Int) -> Double) -> [DiagnosedQuery] {
        let even = AnswerBelief(logLikelihoods: [0, 0])
        func shift(_ by: Double) -> BeliefShift {
            BeliefShift(from: even, to: AnswerBelief(logLikelihoods: [by, 0]))
        }
        return (0..<count).map { id in
            DiagnosedQuery(
                subject: Subject(
                    Query(id: "\(id)", text: "?"), candidates: [Candidate(["a"]), Candidate(["b"])],
                    facts: [Fact("fact \(id)")], placebos: ["random"]),
                normalization: .sum, belief: even, answerLoss: 1, shifts: [shift(1 + 0.01 * Double(id))],
                placebos: [shift(random(id))])
        }
    }

    /// Forty pairs that the paper's cuts put into one band: quartiles put ten in each, by RE* where it is known.
    @Test func quartersOfThePairsThatCount() throws {
        let all = queries(40) { $0 < 30 ? 0 : 2 }
        let calibration = try #require(
            Calibration(byQuery: all.map { _ in [0] }, floor: 0.1, seed: 0))
        func bands(_ diagnosis: Diagnosis) -> [Int] { diagnosis.pairs.map { $0.band?.rawValue ?? 0 } }
        #expect(bands(Diagnosis(all, calibration: calibration, floor: 0.1)) == Array(repeating: 1, count: 40))
        let plain = Diagnosis(all, calibration: nil, floor: 0.1, bands: .quartiles)
        #expect(plain.cuts.rule == .quartiles && plain.cuts.starts.count == 3)
        #expect(bands(plain) == (0..<40).map { 1 + $0 / 10 })
        // The last ten queries are moved by any sentence: their facts are the least of all.
        let calibrated = Diagnosis(all, calibration: calibration, floor: 0.1, bands: .quartiles)
        #expect(bands(calibrated) == (0..<40).map { $0 < 30 ? 2 + $0 / 10 : 1 })
        // Each fact has one query, and is drawn half-way to the mean of RE*; the bands of RE would be others.
        let mean = calibrated.pairs.compactMap(\.calibrated).reduce(0, +) / 40
        let lacking = calibrated.deficiencies()
        #expect(lacking.count == 40 && Set(lacking.map(\.band)).count > 1)
        for deficiency in lacking {
            let own = try #require(deficiency.pairs[0].calibrated)
            #expect(deficiency.band == calibrated.cuts.band(of: (own + mean) / 2))
        }
    }

    @Test func pairsThatDoNotCountHaveNoPart() {
        let few = Diagnosis(queries(40) { _ in 0 }, calibration: nil, floor: 0.19, bands: .quartiles)
        let counted = few.pairs.filter(\.isDeficient)
        #expect(!counted.isEmpty && counted.count < 40)
        #expect(few.pairs.allSatisfy { ($0.band != nil) == $0.isDeficient })
        #expect(Set(counted.compactMap(\.band)).count == 4)
        // Of three pairs there are no quartiles.
        #expect(
            Diagnosis(queries(3) { _ in 0 }, calibration: nil, floor: 0.1, bands: .quartiles).cuts == .fixed)
    }
}
