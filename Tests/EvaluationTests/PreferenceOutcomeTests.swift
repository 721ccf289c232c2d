import Evaluation
import Statistics
import Testing

@Suite struct PreferenceOutcomeTests {
    /// The longer answer is less likely in sum and more likely per token; equal ones are ties and not right.
    @Test func accuracyBySumAndByToken() {
        let outcomes = [
            PreferenceOutcome(id: "a", chosenLosses: [1, 1, 1], rejectedLosses: [2]),
            PreferenceOutcome(id: "b", chosenLosses: [0.5], rejectedLosses: [2, 2]),
            PreferenceOutcome(id: "c", chosenLosses: [1, 2], rejectedLosses: [2, 1]),
        ]
        #expect(outcomes.map(\.margin) == [-1, 3.5, 0])
        #expect(outcomes.map(\.marginPerToken) == [1, 1.5, 0])
        let summary = PreferenceSummary(outcomes)
        #expect(summary.bySum == Proportion(1, of: 3) && summary.byToken == Proportion(2, of: 3))
        #expect(summary.ties == 1 && summary.tiesPerToken == 1)
        #expect(abs(summary.margin.value - 2.5 / 3) < 1e-12)
    }
}
