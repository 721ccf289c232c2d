import Foundation
import LaMerCurriculum
import Testing

@Suite struct BeliefShiftTests {
    /// For two answers with prior log-odds a, the shift of log-odds that gives a relative entropy.
    struct Shift: Sendable {
        let prior: Double
        let entropy: Double
        let against: Double
        let towards: Double?
    }

    static let shifts: [Shift] = {
        let entropies = [0.1, 0.4, 0.7, 1.0]
        let rows: [(prior: Double, against: [Double], towards: [Double])] = [
            (0, [0.91, 1.91, 2.65, 3.32], [0.91, 1.91, 2.65, 3.32]),
            (1, [0.95, 1.86, 2.47, 2.99], [1.11, 2.55, 3.74, 4.87]),
            (2, [1.19, 2.18, 2.78, 3.27], [1.70, 4.41, 6.94, 9.45]),
            (4, [2.24, 3.52, 4.19, 4.70], [6.57, 23, 40, 57]),
        ]
        return rows.flatMap { row in
            entropies.indices.map {
                Shift(
                    prior: row.prior, entropy: entropies[$0], against: row.against[$0],
                    towards: row.towards[$0])
            }
        }
    }()

    private func moved(_ prior: Double, by shift: Double) -> BeliefShift {
        BeliefShift(
            from: AnswerBelief(logLikelihoods: [prior, 0]),
            to: AnswerBelief(logLikelihoods: [prior + shift, 0]))
    }

    /// The printed shifts are rounded: a little less gives less than the entropy, a little more gives more.
    @Test(arguments: shifts)
    func shiftsThatReachAnEntropy(_ shift: Shift) {
        #expect(moved(shift.prior, by: -shift.against + 0.006).relativeEntropy < shift.entropy)
        #expect(moved(shift.prior, by: -shift.against - 0.006).relativeEntropy > shift.entropy)
        guard let towards = shift.towards else { return }
        let rounding = towards >= 20 ? 0.6 : 0.006
        #expect(moved(shift.prior, by: towards - rounding).relativeEntropy < shift.entropy)
        #expect(moved(shift.prior, by: towards + rounding).relativeEntropy > shift.entropy)
    }

    @Test func kinds() {
        #expect(moved(1, by: -2).kind == .flip)
        #expect(moved(1, by: 1).kind == .sharpen)
        #expect(moved(1, by: -0.5).kind == .blur)
        #expect(abs(moved(1, by: -0.5).logOddsShift + 0.5) < 1e-12)
    }

    @Test func entropyAndUsableInformation() {
        let shift = BeliefShift(
            from: AnswerBelief(logLikelihoods: [0, 0]), to: AnswerBelief(logLikelihoods: [log(3), 0]))
        #expect(abs(shift.without.entropy - log(2)) < 1e-12)
        #expect(abs(shift.usableInformation(about: 0) - log2(1.5)) < 1e-12)
        #expect(abs(shift.with.logOdds(of: 0) - log(3)) < 1e-12)
    }
}
