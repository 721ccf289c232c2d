import Kernels
import ModelFiles
import Synchronization
import Tensor
import TestSupport
import Testing
import Transformers

/// Tiny random models against what transformers computes with them, eager attention, float32.
@Suite struct TinyModelTests {
    @Test(arguments: TinyModel.all)
    func logitsAndLossesMatch(_ tiny: TinyModel) throws {
        let reference = try Reference(tiny.reference)
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let batch = Batch(try TinyModel.sequences(reference))
        let logits = distance(
            model.logits(batch, rows: batch.predicting).elements, try reference.floats("logits"))
        #expect(logits.difference <= 1e-5 * logits.scale)
        let losses = distance(model.tokenLosses(batch).elements, try reference.floats("token_nll"))
        #expect(losses.difference <= 1e-5 * losses.scale)
    }

    @Test(arguments: TinyModel.all)
    func greedyContinuationsMatch(_ tiny: TinyModel) throws {
        let reference = try Reference(tiny.reference)
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let greedy = try reference.ints("greedy")
        for (i, sequence) in try TinyModel.sequences(reference).enumerated() {
            let prompt = Array(sequence.ids.prefix(sequence.supervised.firstIndex(of: true) ?? 0))
            let made = model.greedy(prompt, limit: 12, ends: [])
            #expect(made == Array(greedy[i * 12..<(i + 1) * 12]))
        }
    }

    /// Every weight trained: the gradients of all of them.
    @Test(arguments: TinyModel.all.filter { !$0.model.hasSuffix("q8_0.gguf") })
    func weightGradientsMatch(_ tiny: TinyModel) throws {
        let reference = try Reference(tiny.reference)
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let found = model.weightGradients(Batch(try TinyModel.sequences(reference)))
        #expect(Set(found.map { "gradient." + $0.name }) == Set(reference.names(beginning: "gradient.")))
        for (name, gradient) in found {
            let (difference, scale) = distance(gradient.elements, try reference.floats("gradient." + name))
            #expect(difference <= 1e-4 * scale, "\(name)")
        }
    }

    @Test func packedIsOneByOne() throws {
        let tiny = TinyModel.all[0]
        let sequences = try TinyModel.sequences(Reference(tiny.reference))
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let packed = model.tokenLosses(Batch(sequences)).elements
        let alone = sequences.flatMap { model.tokenLosses(Batch([$0])).elements }
        #expect(relativeDistance(packed, alone) < 1e-5)
    }

    /// The explicit form that a tap on patterns asks for computes the same.
    @Test func patternsAreTheSameAttention() throws {
        let tiny = TinyModel.all[1]
        let batch = try Batch(TinyModel.sequences(Reference(tiny.reference)))
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let collected = Mutex<[Float]>([])
        let seen = model.tokenLosses(
            batch,
            tap: Tap([.pattern]) { _, a in
                let rows = stride(from: 0, to: a.elements.count, by: a.shape.last).map { start in
                    a.elements[start..<start + a.shape.last].reduce(0, +)
                }
                collected.withLock { $0 += rows }
                return a
            })
        let sums = collected.withLock { $0 }
        #expect(relativeDistance(seen.elements, model.tokenLosses(batch).elements) < 1e-5)
        #expect(sums.count == model.layers * model.heads * batch.ids.count)
        #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 })
    }

    /// What layers add to the stream adds up.
    @Test func residualIdentitiesHold() throws {
        let tiny = TinyModel.all[0]
        let batch = try Batch(TinyModel.sequences(Reference(tiny.reference)))
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let passed = Mutex<[Site: Tensor]>([:])
        _ = model.hidden(
            batch, rows: batch.predicting,
            tap: Tap([.residual, .attentionOutput, .residualMiddle, .feedForwardOutput, .residualFinal]) {
                site, x in
                passed.withLock { $0[site] = x }
                return x
            })
        let seen = passed.withLock { $0 }
        for layer in 0..<model.layers {
            let start = try #require(seen[Site(.residual, layer: layer)])
            let read = try #require(seen[Site(.attentionOutput, layer: layer)])
            let middle = try #require(seen[Site(.residualMiddle, layer: layer)])
            let made = try #require(seen[Site(.feedForwardOutput, layer: layer)])
            let end = try #require(
                seen[
                    layer + 1 < model.layers
                        ? Site(.residual, layer: layer + 1) : Site(.residualFinal, layer: layer + 1)])
            #expect((start + read).elements == middle.elements)
            #expect((middle + made).elements == end.elements)
        }
    }
}
