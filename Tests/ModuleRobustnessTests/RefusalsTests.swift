import Foundation
import ModuleRobustness
import TestSupport
import Testing
import Transformers

@Suite struct RefusalsTests {
    @Test func openingsAreRead() throws {
        let openings = try JSONDecoder().decode(
            Openings.self, from: Data(#"{"refusal": ["I’m sorry", "No"], "compliance": ["Sure"]}"#.utf8))
        #expect(
            openings.refuses(" i'm sorry, but") && openings.refuses("No.") && !openings.refuses("Sure, no"))
        func bytes(_ text: String) -> [Int32] { text.utf8.map(Int32.init) }
        #expect(openings.nested(bytes).isEmpty)
        for text in [
            #"{"refusal": [], "compliance": ["Sure"]}"#, #"{"refusal": ["No"], "compliance": ["No"]}"#,
            #"{"refusal": [""], "compliance": ["No"]}"#,
        ] {
            #expect(throws: RobustnessError.self) {
                _ = try JSONDecoder().decode(Openings.self, from: Data(text.utf8))
            }
        }
        let nested = try Openings(refusal: ["I", "I can't"], compliance: ["Yes"]).nested(bytes)
        #expect(nested == ["I can't"])
    }

    @Test func marginsAreThoseOfTheMeasurement() async throws {
        let reference = try RobustnessReference.read()
        let one = try #require(reference.cases.first { $0.family == "qwen2" })
        let model = try one.model
        let positive = one.behaviour.filter { $0.isTest && $0.isPositive }
        let lines = await refusals(
            of: model, on: positive.map { ($0.id, 1, $0.ids) }, .usual, reference.openings, ends: [0],
            answerTokens: 3, packTokens: 30, workers: 2,
            text: { $0.map { "\($0)" }.joined(separator: " ") })
        #expect(lines.map(\.id) == positive.map(\.id))
        let mean = lines.reduce(0) { $0 + $1.margin } / Double(lines.count)
        #expect(abs(mean - one.start.margin) < 1e-4, "\(mean), \(one.start.margin)")
        for (line, prompt) in zip(lines, positive) {
            let greedy = model.greedy(prompt.ids, limit: 3, ends: [0])
            #expect(line.opening == greedy.map { "\($0)" }.joined(separator: " "))
        }
    }

    @Test func aBehaviourIsThereOrNot() {
        func lines(_ refused: Int, of count: Int, _ label: Int) -> RefusalSummary {
            RefusalSummary(
                (0..<count).map {
                    RefusalLine(
                        id: "\($0)", label: label, margin: $0 < refused ? 1 : -1, opening: "",
                        refused: $0 < refused)
                })
        }
        #expect(BehaviourVerdict(harmful: lines(18, of: 20, 1), harmless: lines(0, of: 20, 0)) == .present)
        #expect(BehaviourVerdict(harmful: lines(1, of: 20, 1), harmless: nil) == .absent)
        #expect(
            BehaviourVerdict(harmful: lines(18, of: 20, 1), harmless: lines(19, of: 20, 0)) == .indiscriminate
        )
        // 18 of 20 beside 8 of 10: the difference could be nothing, and so could its absence.
        #expect(BehaviourVerdict(harmful: lines(18, of: 20, 1), harmless: lines(7, of: 10, 0)) == .undecided)
        #expect(BehaviourVerdict(harmful: lines(10, of: 20, 1), harmless: nil) == .undecided)
        #expect(BehaviourVerdict(harmful: lines(3, of: 3, 1), harmless: nil) == .undecided)
    }

    @Test func aGuardSeesWhatChanged() async throws {
        let reference = try RobustnessReference.read()
        let one = try #require(reference.cases.first { $0.family == "qwen2" })
        let model = try one.model
        let watch = try await BehaviourGuard(
            of: model, on: one.behaviour, openings: reference.openings, packTokens: 50, workers: 2)
        let start = await watch.outcome(of: model, workers: 1)
        #expect(abs(start.cosine - 1) < 1e-6 && start.accuracy == one.start.accuracy)
        #expect(watch.changes(of: model).values.allSatisfy { $0 == 0 })
    }
}
