import LaMerCurriculum
import TestSupport
import Testing

/// A diagnosis from end to end.
@Suite(.enabled(if: RealModel.path != nil, Comment(rawValue: RealModel.whySkipped)))
struct WholeDiagnosisTests {
    private static let told: [ToldQuery] = DiagnoseTests.lines.map { line in
        (Query(id: line.id, text: line.query, options: line.options), line.facts.map { Fact($0) })
    }

    /// The same entropies as PyTorch's; too few random facts are said, and what is asked for is made.
    @Test func madeOfItsSettingsAlone() async throws {
        let (model, tokenizer) = try DiagnoseTests.open()
        var settings = DiagnosisSettings()
        (settings.normalization, settings.placebos, settings.workers) = (.sum, 1, 2)
        (settings.threshold, settings.packTokens) = (0, 300)
        var (warnings, decisions, begun) = ([String](), [String](), [String]())
        let found = try await WholeDiagnosis(
            of: Self.told, by: model, tokenizer, settings, otherFacts: { ["Dogs bark.", "Ice is cold."] }
        ) { event in
            switch event {
            case .warning(let what): warnings.append(what)
            case .decided(let what): decisions.append(what)
            case .begins(let name, let total):
                begun.append(name)
                #expect(total > 0)
            case .progress, .ends: break
            }
        }
        let expected = DiagnoseTests.lines.flatMap(\.re_sum)
        #expect(found.diagnosis.pairs.count == expected.count)
        for (pair, expected) in zip(found.diagnosis.pairs, expected) {
            #expect(abs(pair.shift.relativeEntropy - expected) < 1e-3)
        }
        #expect(found.diagnosis.threshold == 0.1 && found.diagnosis.calibration == nil)
        #expect(warnings.contains { $0.hasPrefix("not calibrated") } && begun == ["diagnose"])
        #expect(decisions == ["candidates: options, for all records have options"])
    }

    @Test func whatCannotBeDiagnosedIsNamed() async throws {
        let (model, tokenizer) = try DiagnoseTests.open()
        var settings = DiagnosisSettings()
        settings.candidates = .options
        let bare: [ToldQuery] = [(Query(id: "q", text: "Why?"), [Fact("Ice is cold.")])]
        await #expect(throws: DiagnosisError.noOptions(query: "q")) {
            _ = try await WholeDiagnosis(of: bare, by: model, tokenizer, settings, otherFacts: { [] })
        }
        settings.comparison = .placebo
        let alone: [ToldQuery] = [
            (Query(id: "q", text: "Why?", options: ["yes", "no"]), [Fact("Ice is cold.")])
        ]
        await #expect(throws: DiagnosisError.noOtherFact(query: "q")) {
            _ = try await WholeDiagnosis(of: alone, by: model, tokenizer, settings, otherFacts: { [] })
        }
        await #expect(throws: DiagnosisError.noFacts) {
            _ = try await toldQueries([Query(id: "q", text: "Why?")], retrieve: nil)
        }
        let found = try await toldQueries([
            Query(id: "q", text: "Why?"), Query(id: "r", text: "How?", facts: ["x"]),
        ]) {
            $0.map { _ in [Fact("y")] }
        }
        #expect(found.map { $0.facts.map(\.text) } == [["y"], ["x"]])
    }
}
