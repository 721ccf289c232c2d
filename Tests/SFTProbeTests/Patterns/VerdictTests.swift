import Foundation
import HeadActivation
import Kernels
import TestSupport
import Testing

/// What the tool says of a change: on a task whose pattern moved and whose loss rose, and on one where nothing happened.
@Suite struct VerdictsOfTheToolTests {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = folder.file("p.h5")
        try write("moved", examples: 40, rise: 0.4, from: 0..<4)
        try write("same", examples: 40, rise: 0, from: 0..<0)
    }

    /// Two checkpoints of 6 layers of 10 heads; the heads of `grown` matter half as much again at `final`.
    private func write(_ task: String, examples: Int, rise: Float, from grown: Range<Int>) throws {
        var generator = SeededGenerator(seed: task.count)
        for checkpoint in ["base", "final"] {
            let isFinal = checkpoint == "final"
            let signed = (0..<examples).flatMap { _ in
                generator.floats(60).enumerated().map { (head: Int, noise: Float) -> Float in
                    let mean = Float(1 + head % 7) * (isFinal && grown.contains(head) ? 1.5 : 1)
                    return mean * (1 + 0.2 * noise)
                }
            }
            let loss = (0..<examples).map { (place: Int) -> Float in
                let own = 2 + Float(place % 5) / 10
                return isFinal ? own + rise + 0.01 * Float(place % 2) : own
            }
            try PatternFile(file).write(
                HeadMeasurement(
                    task: task, checkpoint: checkpoint, layers: 6, heads: 10, signed: signed,
                    loss: loss, ids: (0..<examples).map { "e\($0)" },
                    tokens: [Int32](repeating: 9, count: examples),
                    supervisedTokens: [Int32](repeating: 4, count: examples),
                    provenance: Provenance(
                        model: "m", modelSHA256: "00", data: "d", dataSHA256: "11", method: "gate",
                        reduction: "example-mean", precision: "fp32", seed: 0, toolVersion: "0",
                        created: "2026-01-01T00:00:00Z")))
        }
    }

    private struct Change: Decodable {
        struct Moved: Decodable {
            let value, low, high, chanceSameExamples, p: Double, chanceOtherExamples: Double?
        }
        struct Loss: Decodable {
            let value, low, high, p, shareWorse: Double
            let verdict: String
        }
        struct Head: Decodable { let layer, head: Int, before, after, q: Double }
        let task, verdict, finding: String
        let q: Double
        let moved: Moved
        let lossChange: Loss
        let changedHeads, gainedHeads, lostHeads: [Head]
        let movedByChance: Double?
    }

    @Test func decidesInJSON() throws {
        let changes: [Change] = try Tool.json(["patterns", "compare", file])
        let (moved, same) = (try #require(changes.first), try #require(changes.last))
        #expect(moved.task == "moved" && moved.verdict == "changed" && same.verdict == "unchanged")
        for change in changes {
            #expect(change.moved.low <= change.moved.value && change.moved.value <= change.moved.high)
            #expect(change.moved.chanceOtherExamples == change.movedByChance)
            #expect(change.finding.hasPrefix(change.task))
        }
        #expect(moved.moved.p < 0.01 && moved.moved.chanceSameExamples < moved.moved.value)
        #expect(same.moved.p > 0.01 && same.changedHeads.isEmpty)
        let loss = moved.lossChange
        #expect(abs(loss.value - 0.405) < 1e-3 && loss.shareWorse == 1 && loss.verdict == "changed")
        #expect(loss.low <= loss.value && loss.value <= loss.high && loss.p < 1e-9)
        // Half of the examples lose 0.01 nats: small, and less likely by chance than one in twenty.
        #expect(same.lossChange.verdict == "changed" && abs(same.lossChange.value - 0.005) < 1e-3)
        #expect(moved.gainedHeads.count + moved.lostHeads.count == moved.changedHeads.count)
        let sizes = moved.gainedHeads.map { $0.after - $0.before }
        #expect(sizes == sizes.sorted(by: >) && moved.gainedHeads.allSatisfy { $0.layer == 0 && $0.head < 4 })
    }

    @Test func saysItFirst() throws {
        let text = try Tool.run(["patterns", "compare", file]).output
        let first = text.split(separator: "\n").prefix(3)
        #expect(first[0].hasPrefix("moved got worse: loss +0.405 nats [") && first[0].contains("40 of 40"))
        #expect(first[1].hasPrefix("moved changed: ") && first[1].contains("on the same examples"))
        #expect(first[2].contains("heads gained"))
        #expect(text.contains("chance, same examples") && text.contains("chance, other examples"))
        let page = folder.file("r.html")
        #expect(try Tool.run(["report", file, "--output", page]).code == 0)
        let html = try String(contentsOfFile: page, encoding: .utf8)
        let place = try #require(html.range(of: "moved got worse"))
        #expect(place.lowerBound < (try #require(html.range(of: "What to do next"))).lowerBound)
        #expect(html.contains("63–76 % of heads") && html.contains("not measured here"))
        #expect(try Tool.run(["patterns", "stats", file]).output.contains("63–76 % of heads"))
        #expect(try Tool.run(["patterns", "compare", file, "--margin", "0"]).code == 64)
        #expect(try Tool.run(["patterns", "compare", file, "--control", "by"]).code == 0)
    }

    /// The margin, the control and the rate decide: each moves what is said.
    @Test func flagsArrive() throws {
        func compare(_ flags: String...) throws -> [Change] {
            try Tool.json(["patterns", "compare", file] + flags)
        }
        let plain = try compare()
        #expect(try compare("--margin", "0.001").map(\.verdict) == ["changed", "undecided"])
        let (heads, strict) = (plain[0].changedHeads, try compare("--control", "by")[0].changedHeads)
        #expect(!heads.isEmpty && strict.count <= heads.count && strict[0].q > heads[0].q)
        #expect(try compare("--rate", "1e-300")[0].changedHeads.isEmpty)
        let few = try Tool.run(["patterns", "compare", file, "--task", "moved", "--top", "1"]).output
        let all = try Tool.run(["patterns", "compare", file, "--task", "moved"]).output
        #expect(few.count < all.count)
    }

    /// Two examples agree in everything and decide nothing.
    @Test func fewExamplesDecideNothing() throws {
        try write("few", examples: 2, rise: 1, from: 0..<30)
        let changes: [Change] = try Tool.json(["patterns", "compare", file, "--task", "few"])
        #expect(changes.map(\.verdict) == ["undecided"] && changes[0].changedHeads.isEmpty)
        let compared = try Tool.run(["patterns", "compare", file, "--task", "few"]).output
        #expect(compared.contains("2 examples cannot decide: it takes 6 or more."))
        let stats = try Tool.run(["patterns", "stats", file, "--task", "few"]).output
        #expect(stats.contains("With 2 examples no head is said to help or hurt"))
        #expect(!stats.contains(" hurts\n") && !stats.contains(" helps\n"))
    }
}
