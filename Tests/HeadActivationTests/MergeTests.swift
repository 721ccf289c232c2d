import HeadActivation
import TestSupport
import Testing

@Suite struct MergeTests {
    let folder: TemporaryFolder
    let whole = tinyMeasurement(examples: 11, layers: 3, heads: 4, seed: 8)

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [1, 2, 3, 11, 13], [1, 4])
    func cutsWithoutGapOrOverlap(_ count: Int, _ batch: Int) {
        let ranges = (1...count).map { Shard($0, of: count).range(of: 11, batch: batch) }
        #expect(ranges.flatMap { Array($0) } == Array(0..<11))
        #expect(ranges.dropFirst().allSatisfy { $0.lowerBound % batch == 0 || $0.isEmpty })
    }

    @Test(arguments: ["0/2", "3/2", "1", "1/2/3", "/2", "1/", "-1/2", "1/0", "a/b", "1 /2", ""])
    func refusesWhatIsNoShard(_ text: String) { #expect(Shard(text) == nil) }

    @Test func readsShards() {
        #expect(Shard("2/7") == Shard(2, of: 7) && Shard(2, of: 7).description == "2/7")
    }

    @Test func joinsToWhatMeasuringAtOnceGives() throws {
        let files = try (1...3).map { index in
            let file = PatternFile(folder.file("part-\(index).h5"))
            try file.write(part(index, of: 3))
            return file
        }
        let target = PatternFile(folder.file("all.h5"))
        let merged = try target.merge([files[2], files[0], files[1]])
        #expect(merged.map(\.shards) == [3] && merged.map(\.examples) == [11])
        let found = try target.read(task: "gsm8k", checkpoint: "base")
        #expect(found == whole)
        #expect(found.pattern == whole.pattern)
        #expect(try files[0].read(task: "gsm8k", checkpoint: "base").provenance.shard == Shard(1, of: 3))
    }

    @Test func copiesWholeMeasurementsAndKeepsWhatIsThere() throws {
        let (first, second) = (PatternFile(folder.file("a.h5")), PatternFile(folder.file("b.h5")))
        try first.write(whole)
        try second.write(tinyMeasurement(task: "code"))
        let target = PatternFile(folder.file("all.h5"))
        _ = try target.merge([first, second])
        #expect(try target.list().map(\.task) == ["gsm8k", "code"])
        #expect(throws: PatternError.present(path: target.path, task: "gsm8k", checkpoint: "base")) {
            try target.merge([first])
        }
        #expect(try target.read(task: "gsm8k", checkpoint: "base") == whole)
        #expect(try target.merge([first], replacing: true).count == 1)
    }

    @Test func allAreThereOrNone() throws {
        let (first, second) = (PatternFile(folder.file("a.h5")), PatternFile(folder.file("b.h5")))
        try first.write(whole)
        try second.write(tinyMeasurement(task: "code"))
        let target = PatternFile(folder.file("all.h5"))
        try target.write(tinyMeasurement(task: "code"))
        #expect(throws: PatternError.present(path: target.path, task: "code", checkpoint: "base")) {
            try target.merge([first, second])
        }
        #expect(try target.list().map(\.task) == ["code"])
        #expect(try target.merge([first, second], replacing: true).count == 2)
        #expect(try target.merge([target], replacing: true).count == 2)
        #expect(try target.read(task: "gsm8k", checkpoint: "base") == whole)
    }

    @Test func refusesWhatIsNoWhole() throws {
        let file = PatternFile(folder.file("a.h5"))
        let other = PatternFile(folder.file("b.h5"))
        let target = PatternFile(folder.file("all.h5"))
        try file.write(part(1, of: 2))
        #expect(throws: PatternError.self) { try target.merge([file]) }
        try other.write(part(1, of: 2))
        #expect(throws: PatternError.self) { try target.merge([file, other]) }
        try other.write(whole, replacing: true)
        #expect(throws: PatternError.self) { try target.merge([file, other]) }
        #expect(!folder.contents.contains("all.h5"))
    }

    @Test func namesWhatDiffersBetweenShards() throws {
        let first = part(1, of: 2)
        var provenance = part(2, of: 2).provenance
        provenance.precision = "bf16"
        let second = with(part(2, of: 2), provenance)
        let error = #expect(throws: PatternError.self) { try joined([first, second]) }
        #expect(error?.description.contains("precision: fp32 and bf16") == true)
        #expect(throws: PatternError.self) { try joined([first, with(first, part(2, of: 2).provenance)]) }
    }

    @Test func refusesToCompareWhatWasMeasuredOtherwise() throws {
        func summary(_ change: (inout Provenance) -> Void) -> MeasurementSummary {
            var provenance = tinyProvenance
            change(&provenance)
            return with(whole, provenance).summary
        }
        let reference = summary { _ in }
        for (trait, other) in [
            (MeasurementTrait.model, summary { $0.modelSHA256 = "other" }),
            (.template, summary { $0.templateSHA256 = "ee" }),
            (.reduction, summary { $0.reduction = "example-sum" }),
            (.precision, summary { $0.precision = "bf16" }), (.method, summary { $0.method = "ablation" }),
        ] {
            let mismatch = Mismatch(trait: trait, first: reference, second: other)
            #expect(throws: PatternError.mismatch(mismatch)) {
                try requireComparable([reference, reference, other], in: MeasurementTrait.ofTasks)
            }
            #expect(
                try requireComparable([reference, other], in: MeasurementTrait.ofTasks, allowing: true) == [
                    mismatch
                ])
            #expect(PatternError.mismatch(mismatch).description.contains("differ in their \(trait.rawValue)"))
        }
        let wide = tinyMeasurement(layers: 3, heads: 5).summary
        #expect(throws: PatternError.self) {
            try requireComparable([reference, wide], in: MeasurementTrait.ofTasks, allowing: true)
        }
    }

    private func part(_ index: Int, of count: Int) -> HeadMeasurement {
        let range = Shard(index, of: count).range(of: whole.examples)
        var provenance = whole.provenance
        provenance.shard = Shard(index, of: count)
        return HeadMeasurement(
            task: whole.task, checkpoint: whole.checkpoint, layers: 3, heads: 4,
            signed: range.flatMap { whole.scores(ofExample: $0) }, loss: Array(whole.loss[range]),
            ids: Array(whole.ids[range]), tokens: Array(whole.tokens[range]),
            supervisedTokens: Array(whole.supervisedTokens[range]), provenance: provenance)
    }

    private func with(_ old: HeadMeasurement, _ provenance: Provenance) -> HeadMeasurement {
        HeadMeasurement(
            task: old.task, checkpoint: old.checkpoint, layers: old.layers, heads: old.heads,
            signed: old.signed,
            loss: old.loss, ids: old.ids, tokens: old.tokens, supervisedTokens: old.supervisedTokens,
            provenance: provenance)
    }
}
