import Foundation
import Statistics
import Testing

@Suite struct VerdictTests {
    @Test func decides() {
        let small = Interval(low: 0, high: 0.03)
        let large = Interval(low: 0, high: 0.2)
        func verdict(_ q: Double, _ interval: Interval?, examples: Int = 64) -> Verdict {
            Verdict(q: q, interval: interval, margin: 0.05, examples: examples)
        }
        #expect(verdict(0.05, large) == .changed && verdict(0.01, nil) == .changed)
        #expect(verdict(0.06, small) == .unchanged && verdict(.nan, small) == .unchanged)
        #expect(verdict(0.06, large) == .undecided && verdict(.nan, nil) == .undecided)
        #expect(verdict(1e-9, small, examples: 5) == .undecided)
        #expect(verdict(1, Interval(low: -0.06, high: 0)) == .undecided)
    }

    /// With few examples no head is called, however large its t.
    @Test func signs() {
        #expect(SignVerdict(signed: -1, q: 0.01, examples: 64) == .helps)
        #expect(SignVerdict(signed: 1, q: 0.01, examples: 6) == .hurts)
        #expect(SignVerdict(signed: 1, q: 1e-12, examples: 2) == .undecided)
        #expect(SignVerdict(signed: 1, q: 0.06, examples: 64) == .undecided)
        #expect(SignVerdict(signed: 1, q: .nan, examples: 64) == .undecided)
        #expect(SignVerdict.rule(examples: 2).contains("6 or more"))
        #expect(SignVerdict.caveat(of: "ablation-mean", agreement: nil) == nil)
        #expect(SignVerdict.caveat(of: "gate", agreement: "with x").map { $0.contains("with x") } == true)
    }

    @Test func howManyExamplesWouldDecide() {
        #expect(neededExamples(100, shrinking: 2, to: 1) == 400)
        #expect(neededExamples(100, shrinking: 0.1, to: 1) == 101)
        #expect(
            neededExamples(100, shrinking: 2, to: 0) == nil
                && neededExamples(9, shrinking: 1, to: 1e-9) == nil)
        let open = PairedChange(before: [1, 2, 3, 4, 5, 6, 7], after: [2, 1, 4, 3, 6.5, 6, 7])
        #expect(open.verdict(q: open.p) == .undecided && (open.examplesNeeded ?? 0) > 7)
    }

    @Test func sentencesSayWhatIsDecided() {
        let loss = PairedChange(
            before: (0..<20).map { Double(4 + $0 % 3) },
            after: (0..<20).map { (place: Int) -> Double in
                let rise = place % 2 == 0 ? 0.4 : 0.5
                return Double(4 + place % 3) + rise
            })
        func sentence(_ verdict: Verdict) -> String {
            loss.sentence(
                on: "task", verdict, number: { "\(($0 * 100).rounded() / 100)" }, percentage: { "\($0)" },
                chance: { "\($0)" })
        }
        #expect(
            sentence(.changed).hasPrefix("task got worse: loss +0.45 nats [")
                && sentence(.changed).contains("20 of 20"))
        #expect(sentence(.unchanged).contains("not changed by more than"))
        #expect(
            sentence(.undecided).contains("undecided") && sentence(.undecided).contains("It would take about")
        )
        func pattern(_ verdict: Verdict, isWhole: Bool = true, isPaired: Bool = true, examples: Int = 64)
            -> String
        {
            verdict.sentence(
                on: "task", from: "base", to: "final",
                Verdict.Moved(
                    moved: "8 %", high: "9 %", sameExamples: isPaired ? "4 %" : nil, otherExamples: "6 %",
                    p: "0.001", q: "0.002", isWhole: isWhole, heads: 1, examples: examples, needed: 1234))
        }
        #expect(
            pattern(.changed)
                == "task changed: 8 % of the activation moved to other heads from base to final (without a change 4 % on the "
                + "same examples, 6 % on others; p = 0.001); 1 head changed significantly (q = 0.002).")
        #expect(
            pattern(.changed, isWhole: false).hasPrefix(
                "task changed in single heads, not as a whole: 1 head"))
        #expect(pattern(.unchanged).contains("not changed by more than 9 %"))
        #expect(pattern(.undecided).hasSuffix("It would take about 1300 examples."))
        // Checkpoints on other examples: measuring the same ones decides sooner than more of them.
        #expect(
            pattern(.undecided, isPaired: false).hasSuffix(
                "Measure the same examples at both checkpoints: fewer of them decide."))
        #expect(
            pattern(.undecided, isPaired: false, examples: 4).hasSuffix(
                "4 examples cannot decide: it takes 6 or more."))
        #expect(!pattern(.changed, isPaired: false).contains("p ="))
    }

    /// Every word that decides, and the only files in which a sentence may hold it. A page, table or command that wants to
    /// say one of them has to ask for it.
    @Test func wordsAreDecidedInOnePlace() throws {
        let explaining = [
            "DatasetNames.swift", "InductionResult.swift", "PatternsShowCommand.swift", "Templates.swift",
        ]
        let words: [(word: String, files: [String])] = [
            ("undecided", ["Wording.swift"]), ("not changed by more than", ["Wording.swift"]),
            ("is established", ["CompositionTables.swift"]), ("beyond chance", ["Wording.swift"]),
            ("got better", ["Wording.swift"]),
            // A warning, where the verdict says so.
            ("got worse", ["Wording.swift", "RemedySummary.swift"]),
            // Beside the rule, pages explain what the sign of a score means.
            ("helps", ["Wording.swift", "PatternReport.swift"] + explaining),
            ("hurts", ["Wording.swift", "PatternReport.swift"] + explaining),
            // The outcome of a pair of query and fact.
            ("unchanged", ["Wording.swift", "RemedyTables.swift", "RemedyCommand.swift"]),
        ]
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
            .standardized
        let names = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter {
            $0.hasSuffix(".swift")
        }
        #expect(names.count > 100)
        for name in names {
            let text = try String(contentsOfFile: sources.path + "/" + name, encoding: .utf8)
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                for found in texts(in: line) {
                    for (word, files) in words where holds(found, word) {
                        let file = String(name.split(separator: "/").last ?? "")
                        #expect(files.contains(file), "\(name):\(number + 1) decides by itself: “\(found)”")
                    }
                }
            }
        }
    }

    /// What a line holds between quotes, without what is interpolated; nothing of comments and of flags' explanations.
    private func texts(in line: Substring) -> [String] {
        let code = line.drop { $0 == " " }
        guard !code.hasPrefix("//"), !code.contains("help:"), !code.contains("abstract:") else { return [] }
        let parts = code.replacing("\\\"", with: "").split(separator: "\"", omittingEmptySubsequences: false)
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    private func holds(_ text: String, _ word: String) -> Bool {
        text.split { !$0.isLetter && $0 != " " }.contains { (" " + $0 + " ").contains(" " + word + " ") }
    }
}
