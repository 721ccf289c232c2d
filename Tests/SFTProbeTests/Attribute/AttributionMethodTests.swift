import Foundation
import GradAttrib
import HeadActivation
import TestSupport
import Testing

/// Methods, objectives and audits through the tool, on a tiny model.
@Suite struct AttributionMethodTests {
    static let lines = (1...6).map {
        #"{"id": "e\#($0)", "prompt": "a\#(String(repeating: " b", count: $0))", "completion": " c d", "#
            + #""other_completion": " c e", "counterfactual_prompt": "b\#(String(repeating: " b", count: $0))"}"#
    }

    func run(_ lines: [String], _ more: [String], in folder: TemporaryFolder) throws -> Tool.Outcome {
        let data = folder.file("data.jsonl")
        try lines.joined(separator: "\n").write(toFile: data, atomically: true, encoding: .utf8)
        return try Tool.run(
            ["attribute", "--model", AttributeTests.model, "--data", data, "--task", "t", "--output"]
                + [folder.file("p.h5"), "--replace"] + more)
    }

    @Test(arguments: AttributionMethod.allCases.filter { $0 != .gate }.map(\.rawValue))
    func everyMethodIsStoredUnderItsName(_ method: String) throws {
        let folder = try TemporaryFolder()
        let outcome = try run(
            Self.lines, ["--method", method, "--objective", "logit-difference", "--points", "3"], in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect((method == "gate-ig") == outcome.errors.contains("completeness"))
        let measurement = try PatternFile(folder.file("p.h5")).read(task: "t", checkpoint: "base")
        #expect(measurement.provenance.method.hasPrefix(method))
        #expect(measurement.provenance.method.hasSuffix("logit-difference"))
        #expect(measurement.provenance.reduction == "example-sum")
        #expect(measurement.signed.contains { $0 != 0 })
    }

    @Test func auditIsPrintedStoredAndReported() throws {
        let folder = try TemporaryFolder()
        let outcome = try run(Self.lines, ["--audit", "3", "--json", "--token-scores"], in: folder)
        #expect(outcome.code == 0 && outcome.output.contains(#""completeness_error""#), "\(outcome.errors)")
        let measurement = try PatternFile(folder.file("p.h5")).read(task: "t", checkpoint: "base")
        let audit = try #require(measurement.audit)
        #expect(audit.ablated.count == 6 && audit.strongest == 3 && audit.baseline == "zero")
        #expect(measurement.provenance.method == "gate")
        let scores = try #require(measurement.tokenScores)
        let total = scores.reduce(0) { $0 + Double($1) }
        let expected = measurement.signed.reduce(0) { $0 + Double($1) }
        #expect(abs(total - expected) < 1e-4)
        let report = folder.file("report.html")
        #expect(try Tool.run(["report", folder.file("p.h5"), "--output", report]).code == 0)
        #expect(try String(contentsOfFile: report, encoding: .utf8).contains("How far to trust the scores"))
        #expect(try run(Self.lines, ["--audit", "3"], in: folder).output.contains("Trust:"))
    }

    /// A small audit by itself, as large as a fifth of the run allows; none for few examples or with `--audit 0`.
    @Test func smallAuditByItself() throws {
        let folder = try TemporaryFolder()
        let many = (1...96).map { #"{"id": "e\#($0)", "prompt": "a b", "completion": " c"}"# }
        let outcome = try run(many, [], in: folder)
        #expect(outcome.code == 0 && outcome.errors.contains("audit: 4 strongest and"), "\(outcome.errors)")
        let audit = try #require(
            try PatternFile(folder.file("p.h5")).read(task: "t", checkpoint: "base").audit)
        #expect(audit.strongest == 4 && audit.baseline == "mean" && audit.integrated.isEmpty)
        #expect(try Tool.run(["patterns", "stats", folder.file("p.h5")]).output.contains("in this file"))
        for (lines, flags) in [(many, ["--audit", "0"]), (Self.lines, [])] {
            #expect(!(try run(lines, flags, in: folder).errors.contains("audit:")))
            #expect(try PatternFile(folder.file("p.h5")).read(task: "t", checkpoint: "base").audit == nil)
        }
    }

    @Test func methodsAreHeldAgainstEachOther() throws {
        let folder = try TemporaryFolder()
        for method in ["gate", "ablation"] {
            #expect(
                try run(Self.lines, ["--method", method, "--checkpoint", method], in: folder).code == 0)
        }
        let file = folder.file("p.h5")
        let agree = try Tool.run(["patterns", "agree", file, "--task", "t", "--reference", "ablation"])
        #expect(agree.code == 0 && agree.output.contains("gate"), "\(agree.errors)")
        let json = try Tool.run(
            ["patterns", "agree", file, "--task", "t", "--reference", "ablation", "--json"])
        #expect(json.output.contains(#""spearman""#))
        let compare = try Tool.run([
            "patterns", "compare", file, "--task", "t", "--from", "gate", "--to", "ablation",
        ])
        #expect(compare.code == 65 && compare.errors.contains("method"), "\(compare.errors)")
    }

    @Test func whatDoesNotGoTogetherIsRefusedInASentence() throws {
        let folder = try TemporaryFolder()
        func refused(_ code: Int32, _ text: String, _ more: String..., lines: [String] = Self.lines) throws {
            let outcome = try run(lines, more, in: folder)
            #expect(outcome.code == code && outcome.errors.contains(text), "\(outcome.errors)")
        }
        let bare = AttributeTests.lines
        try refused(65, "counterfactual_prompt", "--method", "atp", lines: bare)
        try refused(65, "other_completion", "--objective", "logit-difference", lines: bare)
        try refused(64, "gradient", "--objective", "kl")
        try refused(64, "not by mean", "--method", "eap-ig", "--baseline", "mean")
        try refused(64, "must be one of", "--method", "magic")
        try refused(64, "leave --method out", "--method", "ablation", "--audit", "2")
        let longer = Self.lines.map {
            $0.replacing(#""counterfactual_prompt": "b"#, with: #""counterfactual_prompt": "b b b"#)
        }
        try refused(65, "both must have as many", "--method", "atp", lines: longer)
        #expect(try run(longer, [], in: folder).code == 0, "gates need no counterfactual")
        let same = Self.lines.map { $0.replacing(" c e", with: " c d") }
        try refused(65, "does not part", "--objective", "logit-difference", lines: same)
    }
}
