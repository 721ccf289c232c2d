import Foundation
import TestSupport
import Testing

/// The analysis of a file of six tasks at three checkpoints, which h5py wrote: the change of `mixed` is 0.7 times that of
/// `a` plus 0.4 times that of `b`. `odd`, in a file of its own, was measured in another precision.
@Suite struct PatternsAnalysisTests {
    private let folder: TemporaryFolder
    private let file = fixture("tasks.h5", of: "HeadActivationTests")

    init() throws { folder = try TemporaryFolder() }

    private struct Range: Decodable {
        let value, low, high: Double?
        var isInterval: Bool { low.map { low in high.map { low < $0 } ?? false } ?? false }
    }

    private struct Composed: Decodable {
        struct Basic: Decodable { let task: String, alpha, share: Range, alphaWithoutCommonMode: Range? }
        struct Control: Decodable { let tasks: [String], r2, r2Centred, r2WithoutCommonMode: Double }
        let subject, verdict: String
        let ingredients, others: [String]
        let basics: [Basic]
        let r2, r2Centred, r2WithoutCommonMode, advantageOverOthers: Range
        let r2LeaveOneLayerOut: Double
        let singles, random: [Control]
    }

    @Test func composesChangesWithEveryControl() throws {
        let arguments = ["patterns", "compose", file, "--target", "mixed", "--basics", "a,b,c"]
        let found: Composed = try Tool.json(arguments)
        #expect(found.subject == "the change from base to final")
        #expect(found.verdict == "supported" && found.ingredients == ["a", "b"])
        #expect(found.others == ["d", "e"])
        for (basic, planted) in zip(found.basics, [0.7, 0.4, 0]) {
            #expect(abs((basic.alpha.value ?? 9) - planted) < 0.1)
        }
        #expect(found.basics.prefix(2).allSatisfy { $0.alpha.isInterval && $0.share.isInterval })
        for range in [found.r2, found.r2Centred, found.r2WithoutCommonMode, found.advantageOverOthers] {
            #expect(range.isInterval)
        }
        #expect(found.singles.count == 3 && found.random.count == 1 && found.r2LeaveOneLayerOut > 0.5)

        let chosen: Composed = try Tool.json(arguments + ["--controls", "e", "--scale", "share"])
        #expect(chosen.others == ["e"] && chosen.random.map(\.tasks) == [["e"]])
        for wrong in [["--controls", "a"], ["--controls", "d,d"], ["--normalize", "--scale", "raw"]] {
            #expect(try Tool.run(arguments + wrong).code == 64)
        }
        #expect(try Tool.run(arguments + ["--controls", "nowhere"]).code == 66)
        let state: Composed = try Tool.json(
            arguments + ["--checkpoint", "base", "--method", "ols", "--intercept"])
        #expect(state.subject == "the pattern at base")
    }

    @Test func weighsTheMixtureByTheComposition() throws {
        struct Plan: Decodable {
            struct Part: Decodable { let task: String, share: Double, count: Int }
            struct Stage: Decodable { let data, start: String }
            let parts: [Part]
            let stages: [Stage]
        }
        for task in ["a", "b"] {
            try (0..<400).map { #"{"prompt": "\#(task) \#($0)", "completion": " yes"}"# }.joined(
                separator: "\n"
            )
            .write(toFile: folder.file(task + ".jsonl"), atomically: true, encoding: .utf8)
        }
        let output = folder.file("mix")
        let plan: Plan = try Tool.json([
            "patterns", "mix", file, "--target", "mixed", "--basics", "a,b", "--total", "300", "--data",
            "a=" + folder.file("a.jsonl"), "--data", "b=" + folder.file("b.jsonl"), "--output", output,
        ])
        #expect(plan.parts.reduce(0) { $0 + $1.count } == 300)
        for part in plan.parts { #expect(abs(Double(part.count) - 300 * part.share) < 1) }
        #expect(abs(plan.parts[0].share - 7.0 / 11) < 0.08)
        #expect(plan.stages.map(\.start) == ["the base model", "the result of stage 1"])
        let lines = try String(contentsOfFile: output + "/preparatory.jsonl", encoding: .utf8).split(
            separator: "\n")
        #expect(lines.count == 300 && lines.count { $0.contains(#""task":"a""#) } == plan.parts[0].count)
        #expect(FileManager.default.fileExists(atPath: output + "/plan.json"))
    }

    @Test func followsChangesOverSteps() throws {
        struct Change: Decodable {
            struct Distance: Decodable { let meanSquare, pearson, spearman, cosine: Range }
            struct Point: Decodable {
                let checkpoint: String
                let progressInterval: Range
                let fromBase, toFinal: Distance
                let fromPrevious: Distance?
            }
            let task: String
            let moved, meanSquare, meanSquareOfShares, pearson, spearman, cosine: Range
            let withoutCommonMode: Distance
            let trajectory: [Point]
            let settledBy, settledLatest: String
        }
        let changes: [Change] = try Tool.json(["patterns", "compare", file])
        #expect(changes.map(\.task).sorted() == ["a", "b", "c", "d", "e", "mixed"])
        for change in changes {
            for range in [change.moved, change.meanSquare, change.pearson, change.spearman, change.cosine] {
                #expect(range.isInterval)
            }
            #expect(
                change.withoutCommonMode.pearson.isInterval && change.withoutCommonMode.meanSquare.isInterval)
            #expect(change.trajectory.map(\.checkpoint) == ["base", "step-000010", "final"])
            let middle = change.trajectory[1]
            #expect(middle.fromBase.meanSquare.isInterval && middle.fromPrevious?.pearson.isInterval == true)
            #expect(
                (0.1...0.9).contains(middle.progressInterval.value ?? 0) && middle.progressInterval.isInterval
            )
            #expect(change.settledBy == "final" && change.settledLatest == "final")
        }
    }

    @Test func groupsTasks() throws {
        struct Similarity: Decodable {
            struct Join: Decodable { let first, second: [String], distance: Double }
            let checkpoint: String
            let tasks, order: [String]
            let matrix, withoutCommonMode: [[Range]]
            let mean: Range
            let joins: [Join]
        }
        let found: [Similarity] = try Tool.json([
            "patterns", "similarity", file, "--measure", "cosine", "--scale", "layer",
        ])
        #expect(found.map(\.checkpoint) == ["base", "step-000010", "final"])
        for item in found {
            #expect(item.matrix.count == 6 && item.withoutCommonMode[0][1].isInterval && item.mean.isInterval)
            #expect(
                item.joins.count == 5 && item.joins.map(\.distance) == item.joins.map(\.distance).sorted())
            let last = try #require(item.joins.last)
            #expect(Set(last.first + last.second) == Set(item.tasks) && item.order.count == 6)
        }
    }

    @Test func showsEveryFormOfTheStatistics() throws {
        struct Listed: Decodable {
            struct Item: Decodable { let statistics: Statistics }
            struct Statistics: Decodable {
                let gini, variation, variationDdof1, kurtosis, kurtosisPearson, kurtosisUnbiased: Range
                let topShare, topHeadsShare, reliabilityInterval: Range
                let topHeads, examplesNeeded: Int
                let layerShare: [Range]
                let meanSupervisedTokens: Double
            }
            let measurements: [Item]
        }
        let found: Listed = try Tool.json([
            "patterns", "stats", file, "--task", "a", "--checkpoint", "base", "--top", "4",
        ])
        let numbers = try #require(found.measurements.first).statistics
        for range in [
            numbers.gini, numbers.variation, numbers.variationDdof1, numbers.kurtosis,
            numbers.kurtosisPearson,
            numbers.kurtosisUnbiased, numbers.topShare, numbers.topHeadsShare, numbers.reliabilityInterval,
        ] + numbers.layerShare { #expect(range.isInterval) }
        #expect(abs((numbers.kurtosisPearson.value ?? 0) - (numbers.kurtosis.value ?? 0) - 3) < 1e-9)
        let grown = (20.0 / 19).squareRoot()
        #expect(abs((numbers.variationDdof1.value ?? 0) / (numbers.variation.value ?? 1) - grown) < 1e-9)
        #expect(numbers.topHeads == 4 && numbers.layerShare.count == 5 && numbers.meanSupervisedTokens == 12)
        #expect(numbers.examplesNeeded > 0)
    }

    @Test func refusesWhatWasMeasuredOtherwiseAndSaysHow() throws {
        let all = folder.file("all.h5")
        let other = fixture("other.h5", of: "HeadActivationTests")
        struct Merged: Decodable { let task: String, shards: Int }
        let merged: [Merged] = try Tool.json(["patterns", "merge", file, other, "--output", all])
        #expect(merged.count == 19 && merged.allSatisfy { $0.shards == 0 })
        let similarity = ["patterns", "similarity", all, "--checkpoint", "base"]
        let compose = [
            "patterns", "compose", all, "--target", "mixed", "--basics", "a,b", "--checkpoint", "base",
            "--controls",
            "c,odd",
        ]
        for arguments in [similarity, compose] {
            let refused = try Tool.run(arguments)
            #expect(refused.code == 65 && refused.errors.contains("precision: fp32 and bf16"))
            let allowed = try Tool.run(arguments + ["--allow-mismatch"])
            #expect(allowed.code == 0 && allowed.output.contains("precision: fp32 and bf16"))
        }
        let page = folder.file("page.html")
        #expect(try Tool.run(["report", all, "--output", page]).code == 0)
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("Not compared: "))
        struct Removed: Decodable { let removed: String }
        let removed: Removed = try Tool.json([
            "patterns", "remove", all, "--task", "odd", "--checkpoint", "base",
        ])
        #expect(removed.removed == "odd/base")
        struct Written: Decodable { let output: String }
        for form in ["csv", "npz", "json"] {
            let written: Written = try Tool.json([
                "patterns", "export", all, "--output", folder.file("out." + form),
            ])
            #expect(FileManager.default.fileExists(atPath: written.output))
        }
    }

    @Test func putsEveryFigureIntoTheReport() throws {
        let output = folder.file("report.html")
        let run = try Tool.run([
            "report", file, "--output", output, "--compose", "mixed=a,b,c", "--controls", "d,e",
            "--resamples", "200",
        ])
        #expect(run.code == 0, "\(run.errors)")
        let page = try String(contentsOfFile: output, encoding: .utf8)
        for text in [
            "kurtosis, unbiased", "top 10 heads", "examples for 0.98", "share of the activation",
            "without the common mode", "MSE of shares, last", "90 % of the change had happened by",
            "Mean of all pairs",
            "Tasks grouped by", "Heads that serve one task", "What mixed is made of", "Supported:",
            "best single",
            "layers left out one by one", "of 1,000 examples",
        ] { #expect(page.contains(text), "\(text)") }
    }
}
