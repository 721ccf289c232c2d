import Statistics
import Foundation
import GradAttrib
import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

@Suite struct AdapterShareTests {
    static let names = [
        "plain", "rslora-all-linear", "patterns", "gpt_neox-defaults", "gpt2-bias-all", "opt",
    ]

    let sequences = VerificationTests.sequences

    func open(_ name: String) throws -> Decoder {
        let example = AdapterCase(name)
        return try Decoder(ModelSource(path: repositoryPath(example.model)))
            .adapted(by: AdapterFolder(path: example.path)).decoder
    }

    func scores(_ model: Decoder) -> GateScores {
        gateScores(
            of: model, on: Batch(sequences), weights: sequences.map { 1 / Float($0.targetCount) },
            extra: ExtraGates(modules: LayerModule.all(of: model), adapter: true))
    }

    /// Through o, base and adapter make up each head's score; through v, those of the heads that share it.
    @Test(arguments: names)
    func partsMakeUpTheHeadsScores(_ name: String) throws {
        let model = try open(name)
        let scores = scores(model)
        let plain = headScores(
            of: model, on: Batch(sequences), weights: sequences.map { 1 / Float($0.targetCount) })
        let scale = plain.signed.map { abs($0) }.max() ?? 0
        #expect(distance(scores.heads.signed, plain.signed).difference <= 1e-5 * scale)
        #expect(!scores.shares.isEmpty)
        let group = model.heads / model.keyValueHeads
        for share in scores.shares {
            let sum = zip(share.base, share.adapter).map { $0 + $1 }
            #expect(share.adapter.contains { abs($0) > 1e-4 * scale }, "\(share.projection) does nothing")
            if share.projection == .output {
                #expect(distance(sum, plain.signed).difference <= 1e-5 * scale)
            }
            if share.projection == .value {
                for (place, value) in sum.enumerated() {
                    let heads = plain.signed[place * group..<(place + 1) * group].reduce(0, +)
                    #expect(abs(value - heads) <= 1e-4 * scale)
                }
            }
        }
        let both = scores.shares.filter { $0.projection == .query || $0.projection == .key }
        if both.count == 2 {
            // A gate on queries and one on keys scale the same logits, layer by layer.
            let perLayer = both.map { share in
                stride(from: 0, to: share.base.count, by: share.heads).map { start in
                    (start..<start + share.heads).reduce(Float(0)) { $0 + share.base[$1] + share.adapter[$1] }
                }
            }
            #expect(distance(perLayer[0], perLayer[1]).difference <= 1e-4 * scale)
        }
    }

    /// The adapter's part is the slope of the loss when only this head's part of ΔW grows.
    @Test(arguments: ["rslora-all-linear", "gpt_neox-defaults", "gpt2-bias-all", "patterns"])
    func theAdaptersPartIsASlope(_ name: String) throws {
        let model = try open(name)
        let found = scores(model)
        let layer = model.layers - 1
        for share in found.shares {
            guard let change = model.blocks[layer].attention.change(of: share.projection) else { continue }
            let scale = share.adapter.map { abs($0) }.max() ?? 0
            for head in [0, share.heads - 1] {
                func loss(_ factor: Float) throws -> [Float] {
                    let grown = try grown(model, layer, change, head, factor)
                    return sequences.map { sequence in
                        let losses = grown.tokenLosses(Batch([sequence])).elements
                        return Float(losses.reduce(0.0) { $0 + Double($1) }) / Float(sequence.targetCount)
                    }
                }
                let h: Float = 0.05
                let (near, nearBelow) = (try loss(1 + h), try loss(1 - h))
                let (far, farBelow) = (try loss(1 + 2 * h), try loss(1 - 2 * h))
                for example in sequences.indices {
                    let slope =
                        (8 * (near[example] - nearBelow[example]) - (far[example] - farBelow[example]))
                        / (12 * h)
                    let value = share.adapter[(example * model.layers + layer) * share.heads + head]
                    #expect(
                        abs(value - slope) <= 5e-3 * max(scale, 0.02),
                        "\(share.projection) head \(head): \(value), \(slope)")
                }
            }
        }
    }

    /// The model with one head's part of a pair multiplied by a factor.
    func grown(
        _ model: Decoder, _ layer: Int, _ change: AttentionChange, _ head: Int, _ factor: Float
    ) throws -> Decoder {
        var copy = model
        let part = change.parts[head]
        var place = 0
        copy.visitProjections { path, projection in
            defer { place += 1 }
            guard path.contains(".\(layer)."), var pair = projection.adapter,
                pair.a.tensor.elements == change.pair.a.tensor.elements
            else { return }
            let (a, b, rank) = (pair.a.tensor, pair.b.tensor, pair.rank)
            var (ofA, ofB) = (a.elements, b.elements)
            if change.projection == .output {
                let width = a.shape.matrix.columns
                for row in 0..<rank { for column in part { ofA[row * width + column] *= factor } }
            } else {
                for row in part { for column in 0..<rank { ofB[row * rank + column] *= factor } }
            }
            pair.a = .tensor(Tensor(ofA, shape: a.shape))
            pair.b = .tensor(Tensor(ofB, shape: b.shape))
            projection.adapter = pair
        }
        return copy
    }

    /// numpy.linalg.svd of each head's part of ΔW formed whole.
    @Test(arguments: names)
    func sizesMatchNumPy(_ name: String) throws {
        struct Size: Decodable {
            let projection: String
            let layer, head: Int
            let norm, effective_rank: Double
        }
        let path = repositoryPath("notebooks-data/reference/adapter-sizes.json")
        let all = try JSONDecoder().decode([String: [Size]].self, from: Data(contentsOf: URL(filePath: path)))
        let expected = try #require(all[name])
        let model = try open(name)
        var count = 0
        for projection in AttentionProjection.allCases {
            for (layer, block) in model.blocks.enumerated() {
                guard let change = block.attention.change(of: projection) else { continue }
                for (head, size) in try #require(change.sizes()).enumerated() {
                    let reference = try #require(
                        expected.first {
                            $0.projection == projection.rawValue && $0.layer == layer && $0.head == head
                        })
                    #expect(abs(size.norm - reference.norm) <= 1e-6 * reference.norm)
                    #expect(
                        abs(size.effectiveRank - reference.effective_rank) <= 1e-6 * reference.effective_rank)
                    count += 1
                }
            }
        }
        #expect(count == expected.count)
    }

    @Test func foldedPairsHaveNoPart() throws {
        let model = try open("gpt2-dora")
        #expect(scores(model).shares.isEmpty)
    }
}
