import HeadActivation
import Statistics
import Testing

@Suite struct SharedHeadsTests {
    /// Patterns that share most of a common mode; the candidate also shares what is the target's own.
    private func measurements() -> [HeadMeasurement] {
        var normal = Normal(3)
        let common = normal.logNormal(60)
        let own = normal.logNormal(60), others = [normal.logNormal(60), normal.logNormal(60)]
        func mixed(_ special: [Double], _ part: Double) -> [Double] {
            zip(common, special).map { $0 + part * $1 }
        }
        return [
            measured("failing", mixed(own, 0.5), seed: 1), measured("repair", mixed(own, 0.4), seed: 2),
            measured("passing", mixed(others[0], 0.5), seed: 3),
            measured("general", mixed(others[1], 0.5), seed: 4),
        ]
    }

    @Test func theCandidateLeads() throws {
        let all = measurements()
        let shared = SharedHeads(of: all[0], with: all[1], controls: Array(all[2...]), resamples: 200)
        #expect(
            shared.target == "failing" && shared.comparisons.map(\.task) == ["repair", "passing", "general"])
        #expect(shared.ceiling ?? 0 > 0.95)
        #expect(shared.comparisons[0].gain == nil && shared.comparisons[0].withoutCommonMode != nil)
        for control in shared.comparisons.dropFirst() {
            #expect(control.similarity.value ?? 0 > 0.5, "all share the common mode")
            #expect(control.gain?.interval?.low ?? 0 > 0)
            #expect(control.gainWithoutCommonMode?.interval?.low ?? 0 > 0)
            #expect(
                control.withoutCommonMode?.value ?? 1 < (control.similarity.value ?? 0) - 0.2)
        }
        let repair = shared.comparisons[0]
        #expect(repair.similarity.value == pearson(all[0].activation, all[1].activation))
    }

    /// A candidate that is no nearer than the control has no lead.
    @Test func noLeadWithoutCause() {
        let all = measurements()
        let shared = SharedHeads(of: all[0], with: all[2], controls: [all[3]], resamples: 200)
        #expect(shared.comparisons[1].gain?.value ?? 1 < 0.2)
        let alone = SharedHeads(of: all[0], with: all[1], controls: [], resamples: 20)
        #expect(alone.comparisons.count == 1 && alone.comparisons[0].withoutCommonMode == nil)
    }
}
