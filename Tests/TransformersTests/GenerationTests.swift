import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// Samples and their log-probabilities.
@Suite struct GenerationTests {
    private func model(_ name: String = "families/qwen2") throws -> Decoder {
        try Decoder(ModelSource(path: repositoryPath("notebooks-data/reference/\(name)")))
    }

    private let prompts: [[Int32]] = [[5, 9, 30, 4], [17], [40, 41, 3, 8, 22, 11]]

    private func generators(_ count: Int) -> [[SeededGenerator]] {
        prompts.indices.map { prompt in
            (0..<count).map { SeededGenerator(seed: 7, stream: prompt * 100 + $0) }
        }
    }

    /// What is reported of a continuation is what a pass over the whole sequence finds.
    @Test(arguments: ["families/qwen2", "families/gpt2", "families/gemma2", "families/phi3-longrope"])
    func logProbabilitiesAreThoseOfAWholePass(_ name: String) throws {
        let model = try model(name)
        var generators = generators(4)
        let samples = model.samples(
            of: prompts.map { Prompt($0) }, limit: 9, ends: [5, 17, 40],
            TokenSampling(temperature: 1.3, topK: 20, topP: 0.9),
            using: &generators)
        #expect(samples.count == 3 && samples.allSatisfy { $0.count == 4 })
        let greedy = model.greedyContinuations(of: prompts.map { Prompt($0) }, limit: 9, ends: [])
        for (prompt, all) in zip(prompts, zip(samples, greedy).map { $0 + [$1] }) {
            for one in all {
                let written = one.ids + (one.end.map { [$0] } ?? [])
                #expect(one.logProbabilities.count == written.count)
                #expect(one.end != nil || one.ids.count == 9)
                let whole = TokenSequence(
                    ids: prompt + written,
                    supervised: prompt.map { _ in false } + written.map { _ in true })
                let losses = model.tokenLosses(Batch([whole])).elements
                #expect(distance(losses.map { -$0 }, one.logProbabilities).difference < 1e-4)
                #expect(abs(one.logProbability + Double(losses.reduce(0, +))) < 1e-3)
            }
        }
        #expect(samples.joined().contains { $0.end != nil } && samples.joined().contains { $0.end == nil })
    }

    /// Samples of a prompt that is computed once are those of sequences of their own.
    @Test func sharingAPromptChangesNothing() throws {
        let model = try model()
        var (shared, own) = (generators(3), generators(3).flatMap(\.self))
        let together = model.samples(
            of: prompts.map { Prompt($0) }, limit: 8, ends: [5], TokenSampling(topP: 0.8), using: &shared)
        let alone = model.sample(
            prompts.flatMap { [$0, $0, $0] }, limit: 8, ends: [5], temperature: 1, topP: 0.8, using: &own)
        #expect(together.joined().map(\.ids) == alone)
        var first = [[generators(3)[0][1]]]
        let single = model.samples(
            of: [Prompt(prompts[0])], limit: 8, ends: [5], TokenSampling(topP: 0.8), using: &first)
        #expect(single[0][0].ids == together[0][1].ids)
    }

    @Test func restrictionsLeaveTheMostLikely() throws {
        let model = try model()
        var one = generators(2)
        let greedy = model.greedy(prompts, limit: 8, ends: [])
        let only = model.samples(
            of: prompts.map { Prompt($0) }, limit: 8, ends: [], TokenSampling(temperature: 2, topK: 1),
            using: &one
        )
        #expect(only.map { $0.map(\.ids) } == greedy.map { [$0, $0] })
        var two = generators(2)
        let least = model.samples(
            of: prompts.map { Prompt($0) }, limit: 8, ends: [], TokenSampling(temperature: 2, topP: 1e-6),
            using: &two)
        #expect(least.map { $0.map(\.ids) } == greedy.map { [$0, $0] })
    }

    /// Frequencies of first tokens are their probabilities after temperature, top-k and top-p.
    @Test func frequenciesAreProbabilities() throws {
        let model = try model()
        let prompt = prompts[0]
        let logits = model.logits(
            Batch([TokenSequence(ids: prompt, supervised: prompt.map { _ in false })]), rows: [3])
        let p = softmax(logits.elements.map { $0 / 0.7 }, rowLength: logits.elements.count)
        let order = p.indices.sorted { p[$0] > p[$1] }.prefix(6)
        let sumOfSix = order.reduce(0) { $0 + p[$1] }
        var (kept, sum) = ([Int](), Float(0))
        for id in order where sum < 0.8 {
            kept.append(id)
            sum += p[id] / sumOfSix
        }
        let count = 4000
        var generators = [(0..<count).map { SeededGenerator(seed: 3, stream: $0) }]
        let samples = model.samples(
            of: [Prompt(prompt)], limit: 1, ends: [], TokenSampling(temperature: 0.7, topK: 6, topP: 0.8),
            using: &generators)
        for id in p.indices {
            let expected = kept.contains(id) ? p[id] / sumOfSix / sum : 0
            let found = Float(samples[0].count { $0.ids == [Int32(id)] }) / Float(count)
            let error = (expected * (1 - expected) / Float(count)).squareRoot()
            #expect(abs(found - expected) <= 4 * error, "token \(id)")
        }
    }

    /// A prompt of vectors, seen in both directions, is continued as whole passes continue it.
    @Test func vectorsAndMasksStayWhileContinuing() throws {
        let model = try model()
        var generator = SeededGenerator(seed: 2)
        let vectors = Tensor(
            (0..<3 * model.dModel).map { _ in Float.random(in: -1...1, using: &generator) },
            shape: [3, model.dModel])
        let prompt = Prompt([0, 0, 0, 9, 30], vectors: InputVectors(prefix: vectors), mask: .full)
        let found = model.greedyContinuations(of: [prompt, Prompt([9, 30])], limit: 5, ends: [])[0]
        var ids = prompt.ids
        for token in found.ids {
            let batch = Batch(
                [TokenSequence(ids: ids, supervised: ids.map { _ in false })], masks: [.bidirectional(0..<5)],
                vectors: [InputVectors(prefix: vectors)])
            let logits = model.logits(batch, rows: [ids.count - 1]).elements
            #expect(logits.indices.max { logits[$0] < logits[$1] } == Int(token))
            ids.append(token)
        }
        #expect(
            model.beamSearch(prompt, limit: 5, ends: [], BeamSearch(beams: 1))[0].continuation.ids
                == found.ids)
    }
}
